"""The only folder that imports botbuilder: adapter, authentication, connector, delivery."""
