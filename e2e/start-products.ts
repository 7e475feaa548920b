import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../test/free-ports.ts";
import { ramFolder } from "../test/ram-folder.ts";
import type { FullConfig } from "@playwright/test";
import { tellWorkers } from "./product-under-test.ts";
import { secondAppService } from "./second-app.ts";

// The first start builds the dashboard.
const startMs = 420_000;
const stopMs = 30_000;

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  );

const stop = async (product: ChildProcess): Promise<void> => {
  if (product.exitCode !== null || product.signalCode !== null) return;
  const gone = new Promise((resolve) => product.once("exit", resolve));
  product.kill("SIGTERM");
  await Promise.race([gone, pause(stopMs)]);
  product.kill("SIGKILL");
};

/** Starts everything as a newcomer does, in a data folder of its own, and returns the way to end it. */
const startProduct = async (place: number): Promise<() => Promise<void>> => {
  const dataDir = await mkdtemp(join(await ramFolder(), "nexus-e2e-"));
  const [port, authPort, sandboxPort, appPort = 0, dnsPort = 0, providerPort = 0, documentPort = 0] =
    await freePorts(7);
  const output: string[] = [];
  const product = spawn(process.execPath, ["scripts/start.mjs"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_ENV: "development",
      NEXUS_DATA_DIR: dataDir,
      PORT: String(port),
      AUTH_PORT: String(authPort),
      SANDBOX_PORT: String(sandboxPort),
      AUTH_DNS_SERVERS: `127.0.0.1:${dnsPort}`,
      NEXUS_EGRESS_ALLOW: `localhost:${providerPort},localhost:${documentPort}`,
      AUTH_ALLOWED_ORIGINS: `http://localhost:${appPort}=${secondAppService}`,
    },
  });
  const keep = (chunk: Buffer): number => output.push(chunk.toString("utf8"));
  product.stdout.on("data", keep);
  product.stderr.on("data", keep);
  const end = async (): Promise<void> => {
    await stop(product);
    await rm(dataDir, { recursive: true, force: true });
  };

  const deadline = Date.now() + startMs;
  const origin = `http://localhost:${port}`;
  while (!((await answers(`${origin}/health/ready`)) && (await answers(`${origin}/welcome`)))) {
    if (product.exitCode !== null || Date.now() > deadline) {
      await end();
      throw new Error(`The product did not start:\n${output.join("")}`);
    }
    await pause(500);
  }
  tellWorkers(place, { dataDir, appPort, dnsPort, providerPort, documentPort });
  return end;
};

/** A product for each worker, and the way to end them. The first builds the dashboard for all. */
const startProducts = async ({ workers }: Pick<FullConfig, "workers">): Promise<() => Promise<void>> => {
  const ends: (() => Promise<void>)[] = [];
  const endAll = async (): Promise<void> => {
    await Promise.all(ends.map((end) => end()));
  };
  try {
    for (let place = 0; place < workers; place += 1) ends.push(await startProduct(place));
  } catch (error) {
    await endAll();
    throw error;
  }
  return endAll;
};

export default startProducts;
