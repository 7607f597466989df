"""The demo: a real year's programme in Microsoft's Agents Playground, on this machine alone."""
