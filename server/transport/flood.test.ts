import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";

const openFiles = 128;

let gateway: ChildProcess;
let port: number;
let healthPort: number;
const sockets = new Set<Socket>();

beforeEach(async () => {
  const program = join(import.meta.dirname, "..", "..", "test", "few-files-gateway.ts");
  const command = `ulimit -n ${openFiles}; exec "$0" --disable-warning=ExperimentalWarning "$1"`;
  gateway = spawn("/bin/sh", ["-c", command, process.execPath, program], { stdio: ["ignore", "pipe", "inherit"] });
  if (!gateway.stdout) throw new Error("the gateway has no output");
  const [line]: unknown[] = await once(createInterface({ input: gateway.stdout }), "line");
  [port = 0, healthPort = 0] = String(line).split(" ").map(Number);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  gateway.kill("SIGKILL");
  await once(gateway, "exit");
});

const open = (): Socket => {
  const socket = connect(port, "127.0.0.1");
  sockets.add(socket);
  socket.on("error", () => undefined);
  socket.on("data", () => undefined);
  socket.once("close", () => sockets.delete(socket));
  return socket;
};

/**
 * The statuses of health checks, each on a connection of its own and from a process that does nothing else, as a load
 * balancer makes them; 0 where there is no answer in time.
 */
const checks = async (askedPort: number): Promise<unknown> => {
  const program = `
    const statuses = [];
    for (let times = 0; times < 30; times += 1) {
      const [headers, signal] = [{ connection: "close" }, AbortSignal.timeout(2_000)];
      const response = await fetch("http://127.0.0.1:${askedPort}/health", { headers, signal }).catch(() => undefined);
      await response?.arrayBuffer();
      statuses.push(response?.status ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    console.log(JSON.stringify(statuses));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
};

const request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";

type Say = (socket: Socket) => void;

const silence: Say = () => undefined;
const halfRequest: Say = (socket) => socket.write(request.slice(0, 20));
const call: Say = (socket) => socket.write(request);

/** Twice as many callers as files may be open, each in its way, while something is done. */
const during = async (says: readonly Say[], work: () => Promise<void>): Promise<void> => {
  const over = new AbortController();
  // Whoever is let go comes again, sooner than it was told, and not all at the same moment.
  const flood = Array.from({ length: 2 * openFiles }, async (_, index) => {
    const say = says[index % says.length] ?? silence;
    while (!over.signal.aborted) {
      const socket = open();
      socket.once("connect", () => say(socket));
      await once(socket, "close", { signal: over.signal }).catch(() => undefined);
      await sleep(300 + Math.random() * 400, undefined, { signal: over.signal }).catch(() => undefined);
    }
  });
  await sleep(300);
  try {
    await work();
  } finally {
    over.abort();
    await Promise.all(flood);
  }
};

const answered = Array.from({ length: 30 }, () => 200);

it.each<readonly [string, Say]>([
  ["connections that never say anything", silence],
  ["connections that say half a request", halfRequest],
  ["calls", call],
])("a health check is answered while twice as many %s come as files may be open", (_, say) =>
  during([say], async () => expect(await checks(port)).toEqual(answered)),
);

it("a health check on the port of its own is answered while all of these come at once", () =>
  during([silence, halfRequest, call], async () => expect(await checks(healthPort)).toEqual(answered)));

it("the port of health checks answers nothing else, and lets whoever is silent go", async () => {
  const other = await fetch(`http://127.0.0.1:${healthPort}/slow`);
  expect([other.status, await other.text()]).toEqual([404, "Not found.\n"]);
  const silent = Array.from({ length: 32 }, () => connect(healthPort, "127.0.0.1"));
  for (const socket of silent) socket.resume().on("error", () => undefined);
  await Promise.all(silent.map((socket) => once(socket, "close")));
  expect((await fetch(`http://127.0.0.1:${healthPort}/health`)).status).toBe(200);
});
