import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

/** Names the port under which Auth allows the second app. */
export const secondAppPortVariable = "NEXUS_E2E_APP_PORT";
/** Whose app it pretends to be. */
export const secondAppService = "srv_roadmapper";

export interface SecondApp {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

const root = join(import.meta.dirname, "..");
const packageFolder = join(root, "packages", "auth-client");

const pageFor = (authUrl: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Second app</title>
<h1>Second app</h1>
<output id="state">starting</output>
<button id="leave">Sign out</button>
<script type="module">
  import { createAuthClient } from "/auth-client/index.js";
  const auth = createAuthClient({ authUrl: ${JSON.stringify(authUrl)}, serviceId: ${JSON.stringify(secondAppService)} });
  const show = () => { document.querySelector("#state").textContent = auth.state(); };
  globalThis.auth = auth;
  auth.subscribe(show);
  document.querySelector("#leave").addEventListener("click", () => auth.logout());
  await auth.refresh().catch(() => undefined);
  auth.followOtherApps();
  show();
</script></html>`;

/** Serves an app of another origin, made of nothing but the client package as it is published. */
export const startSecondApp = async (authUrl: string): Promise<SecondApp> => {
  const { status, stderr } = spawnSync(
    join(root, "node_modules", ".bin", "node"),
    [join(root, "scripts", "build-package.ts")],
    { cwd: packageFolder, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The client package was not built:\n${stderr}`);
  const server = createServer((request, response) => {
    const file = /^\/auth-client\/([a-z0-9-]+\.js)$/.exec(request.url ?? "")?.[1];
    if (file === undefined) {
      response.writeHead(200, { "content-type": "text/html" }).end(pageFor(authUrl));
      return;
    }
    readFile(join(packageFolder, "dist", file)).then(
      (text) => response.writeHead(200, { "content-type": "text/javascript" }).end(text),
      () => response.writeHead(404).end(),
    );
  });
  const port = Number(process.env[secondAppPortVariable]);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", resolve);
  });
  return {
    origin: `http://localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
