import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { codex } from "./codex.ts";

// `npm run agents`: coding agents from their registry, unmodified and headless, carry out a task against a live gateway
// whose vendors are the sandbox. Every one of their calls must be settled at the vendor's own numbers.

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The gateway for WebSockets alone: whoever turns to HTTP instead gets nothing. */
const socketsOnly = async (port: number): Promise<Server> => {
  const relay = createServer((_incoming, outgoing) => void outgoing.writeHead(501).end());
  relay.on("upgrade", (incoming, socket, head) => {
    const onward = connect(port, "127.0.0.1", () => {
      const { rawHeaders } = incoming;
      const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return relay;
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
};

const folder = mkdtempSync(join(tmpdir(), "nexus-agents-"));
const postgres = await startOwnPostgres(join(folder, "postgres"));
try {
  const base = await openDeps(postgres.databaseUrl);
  const gateway = await openListeningGateway({
    opened: { base, vendorKey: `sk-agents-${randomBytes(12).toString("hex")}` },
  });
  try {
    for (const webSocket of [false, true]) {
      const { credential, organizationId } = gateway.issue();
      const own = join(folder, `${codex.name}-${webSocket ? "socket" : "http"}`);
      mkdirSync(own);
      const model = "openai/gpt-5-mini";
      const relay = webSocket ? await socketsOnly(gateway.port) : undefined;
      const url = relay === undefined ? gateway.url : `http://127.0.0.1:${portOf(relay)}`;
      const { wrong, calls } = await codex.check({ folder: own, url, credential, model, webSocket });
      relay?.closeAllConnections();
      relay?.close();
      const rows = await gateway.rows(organizationId);
      const settled = rows.filter(({ state, source }) => state === "settled" && source === "provider").length;
      const held = wrong.length === 0 && rows.length === calls && settled === rows.length;
      print({
        agent: codex.name,
        model,
        over: webSocket ? "WebSocket" : "HTTP",
        calls: rows.length,
        settled,
        wrong,
        verdict: held ? "passed" : "failed",
      });
      if (!held) process.exitCode = 1;
    }
  } finally {
    await gateway.close();
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
