"use strict";
// Loaded into the Agents Playground before its own code, for two things it has no option for.

const { Server } = require("node:net");

// It would listen on every interface, and whoever reaches it speaks to the bot as anybody.
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  const hostIsMissing = typeof port === "number" && typeof rest[0] !== "string";
  return listen.call(this, port, ...(hostIsMissing ? ["127.0.0.1"] : []), ...rest);
};

// It would outlive a demo that was killed; its standard input closes with whoever started it.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
