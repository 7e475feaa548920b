import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { childrenOf } from "../bench/children-of.ts";
import { freePorts } from "../test/free-ports.ts";
import { ramFolder } from "../test/ram-folder.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

let product: ChildProcess;
let dataDir: string;
let dashboardUrl: string;
let authUrl: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(await ramFolder(), "nexus-on-demand-"));
  const [port, authPort] = await freePorts(2);
  dashboardUrl = `http://localhost:${port}`;
  authUrl = `http://localhost:${authPort}`;
  product = spawn(process.execPath, ["scripts/start.mjs"], {
    stdio: "ignore",
    env: {
      ...process.env,
      NODE_ENV: "test",
      NEXUS_DATA_DIR: dataDir,
      PORT: String(port),
      AUTH_PORT: String(authPort),
      NEXUS_SANDBOX: "off",
      NEXUS_DASHBOARD: "on-demand",
      NEXUS_DASHBOARD_IDLE_MS: "4000",
    },
  });
  await expect
    .poll(
      () =>
        fetch(`${dashboardUrl}/health/ready`).then(
          (answer) => answer.ok,
          () => false,
        ),
      { timeout: 120_000 },
    )
    .toBe(true);
});
test.afterAll(async () => {
  const gone = once(product, "exit");
  product.kill("SIGTERM");
  await gone;
  await rm(dataDir, { recursive: true, force: true });
});

/** The processes that serve pages, among those that the product has started. */
const serving = async (): Promise<number> => {
  const below = async (pid: number): Promise<number[]> =>
    (await Promise.all((await childrenOf(pid)).map(async (child) => [child, ...(await below(child))]))).flat();
  const commands = await Promise.all(
    (await below(product.pid ?? 0)).map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return commands.filter((command) => command.startsWith("next-server")).length;
};

test("the pages' process starts with the first page, which is not lost, and ends when none is asked for", async ({
  page,
}) => {
  expect(await serving()).toBe(0);
  const first = await page.goto(`${dashboardUrl}/welcome`);
  expect(first?.status()).toBe(200);
  expect(await serving()).toBe(1);
  await page.goto("about:blank");
  await expect.poll(serving, { timeout: 60_000 }).toBe(0);
});

test("a page of Auth starts it as well, for several who ask at once", async ({ page }) => {
  expect(await serving()).toBe(0);
  const beside = fetch(`${dashboardUrl}/welcome`).then(({ status }) => status);
  const first = await page.goto(`${authUrl}/sign-in`);
  expect(first?.status()).toBe(200);
  // It runs, and has not only been sent.
  await expect(page.getByRole("textbox").first()).toBeVisible();
  expect(await beside).toBe(200);
  expect(await serving()).toBe(1);
});
