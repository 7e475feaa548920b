import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import type { FirstRunFacts } from "./first-run.ts";
import { productUnderTest } from "./product-under-test.ts";

const run = promisify(execFile);

/** Whose app it pretends to be. */
export const secondAppService = "srv_roadmapper";

export interface SecondApp {
  readonly origin: string;
  /** The same pages under an origin that nobody has registered. */
  readonly strangersOrigin: string;
  readonly stop: () => Promise<void>;
}

const cache = join(import.meta.dirname, "..", "node_modules", ".cache", "topolo-nexus");

const pageFor = ({ authUrl, gatewayUrl }: FirstRunFacts): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Second app</title>
<h1>Second app</h1>
<output id="state">starting</output>
<button id="leave">Sign out</button>
<script type="module">
  import { createAuthClient } from "/auth-client/index.js";
  import { createNexusClient } from "/nexus-client.js";
  const auth = createAuthClient({ authUrl: ${JSON.stringify(authUrl)}, serviceId: ${JSON.stringify(secondAppService)} });
  const show = () => { document.querySelector("#state").textContent = auth.state(); };
  globalThis.auth = auth;
  globalThis.nexus = createNexusClient({
    baseUrl: ${JSON.stringify(gatewayUrl)},
    credential: { bearer: async () => (await auth.accessToken().catch(() => undefined)) ?? "nobody" },
    app: ${JSON.stringify(secondAppService)},
    maxAttempts: 1,
  });
  auth.subscribe(show);
  document.querySelector("#leave").addEventListener("click", () => auth.logout());
  await auth.refresh().catch(() => undefined);
  auth.followOtherApps();
  show();
</script></html>`;

/** The packages are packed in the background of the first start. */
const archiveOf = async (gatewayUrl: string, name: string): Promise<string> => {
  const archive = `${gatewayUrl}/packages/${name}.tgz`;
  for (let round = 0; round < 240; round += 1) {
    const { status } = await fetch(archive, { method: "HEAD" });
    if (status === 200) return archive;
    if (status !== 503) throw new Error(`${archive} answers ${status}`);
    await pause(500);
  }
  throw new Error(`${archive} is not packed`);
};

/** Installs the client of Auth as a newcomer does, from the running gateway: it needs no other package, and so no registry. */
const installAuthClient = async (folder: string, gatewayUrl: string): Promise<string> => {
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "second-app", private: true }));
  const archive = await archiveOf(gatewayUrl, "auth-client");
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  await run("npm", ["install", ...quiet, archive], { cwd: folder });
  return join(folder, "node_modules", "@topolo", "auth-client");
};

/** The client of Nexus from the running gateway, bundled for a browser with what it depends on. */
const bundleNexusClient = async (folder: string, gatewayUrl: string): Promise<string> => {
  const installed = join(folder, "node_modules", "@topolo", "nexus-client");
  await mkdir(installed, { recursive: true });
  const archive = join(folder, "nexus-client.tgz");
  const response = await fetch(await archiveOf(gatewayUrl, "nexus-client"));
  await writeFile(archive, Buffer.from(await response.arrayBuffer()));
  await run("tar", ["-xzf", archive, "-C", installed, "--strip-components", "1"]);
  await writeFile(join(folder, "entry.js"), `export { createNexusClient } from "@topolo/nexus-client";`);
  const bundle = await rolldown({ cwd: folder, input: "entry.js", platform: "browser" });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  return output[0].code;
};

const listen = (
  handler: RequestListener,
  port: number,
): Promise<{ readonly server: Server; readonly origin: string }> =>
  new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen(port, "localhost", () => {
      const address = server.address();
      resolve({ server, origin: `http://localhost:${typeof address === "object" && address ? address.port : port}` });
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

/** Serves an app of another origin, made of nothing but the client packages as the gateway hands them out. */
export const startSecondApp = async (facts: FirstRunFacts): Promise<SecondApp> => {
  await mkdir(cache, { recursive: true });
  // Within the checkout: what the client depends on is installed there.
  const folder = await mkdtemp(join(cache, "second-app-"));
  const authClient = await installAuthClient(folder, facts.gatewayUrl);
  const nexusClient = await bundleNexusClient(folder, facts.gatewayUrl);
  const script = { "content-type": "text/javascript" };
  const handler: RequestListener = (request, response) => {
    const file = /^\/auth-client\/([a-z0-9-]+\.js)$/.exec(request.url ?? "")?.[1];
    if (request.url === "/nexus-client.js") response.writeHead(200, script).end(nexusClient);
    else if (file === undefined) response.writeHead(200, { "content-type": "text/html" }).end(pageFor(facts));
    else
      readFile(join(authClient, file)).then(
        (text) => response.writeHead(200, script).end(text),
        () => response.writeHead(404).end(),
      );
  };
  const own = await listen(handler, productUnderTest().appPort);
  const strangers = await listen(handler, 0);
  return {
    origin: own.origin,
    strangersOrigin: strangers.origin,
    stop: async () => {
      await Promise.all([close(own.server), close(strangers.server)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
