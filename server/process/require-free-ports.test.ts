import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { readEnv } from "../platform/env.ts";
import { requireFreePorts, wantedPorts } from "./require-free-ports.ts";

test.each([
  [{ PORT: "4000", AUTH_PORT: "4000" }, "PORT and AUTH_PORT are both 4000: set one of them to another."],
  [{ PORT: "3002" }, "PORT and SANDBOX_PORT are both 3002: set one of them to another."],
  [{ PORT: "4000", AUTH_PORT: "3002" }, "AUTH_PORT and SANDBOX_PORT are both 3002: set one of them to another."],
])("two parts at one port are refused before anything starts: %o", async (settings, message) => {
  await expect(requireFreePorts(wantedPorts(readEnv(settings)))).rejects.toThrow(message);
});

test("a part that does not run needs no port", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const taken = { HOST: "127.0.0.1", PORT: String(port), SANDBOX_PORT: String(port), NEXUS_SANDBOX: "false" };
  await expect(requireFreePorts(wantedPorts(readEnv(taken)))).rejects.toThrow(
    `Port ${port} is in use: stop what listens there, or set PORT to another.`,
  );
  server.close();
});
