import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Something that was started for a benchmark. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** An upstream that knows how many calls it has had. */
export interface CountingUpstream extends Running {
  readonly calls: () => Promise<number>;
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

export const waitFor = async (what: string, ready: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> => {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    if (await ready().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not become ready within ${timeoutMs} ms`);
};

const completionOf = (content: string): string =>
  JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "gpt-4o-mini-2024-07-18",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content, refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 19,
      completion_tokens: 10,
      total_tokens: 29,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: "default",
    system_fingerprint: "fp_bench",
  });

/** JSON bodies by what their paths match. */
type Answers = Readonly<Record<string, string>>;

/** nginx takes parameters of less than 4 KiB. */
const parameterBytes = 3_000;

const location = (where: string, body: string): string => {
  const parts = body.match(new RegExp(`.{1,${parameterBytes}}`, "gs")) ?? [];
  const names = parts.map((_, index) => `$part${index}`);
  const sets = parts.map((part, index) => `set ${names[index]} '${part}';`).join(" ");
  return `location ${where} { default_type application/json; add_header x-request-id req_bench; ${sets} return 200 '${names.join("")}'; }`;
};

/** The answer of a location of its own, which comes so much later. */
const delayed = (where: string, delayMs: number, body: string): string =>
  `location ${where} { echo_sleep ${delayMs / 1_000}; echo_exec @delayed; } ${location("@delayed", body)}`;

const echoModule = "/usr/lib/nginx/modules/ngx_http_echo_module.so";

/** WebSockets, which another process answers. */
const passedOn = (where: string, upstream: string): string =>
  `location ~ ${where} { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 300s; }`;

interface InstantUpstream {
  readonly answers?: Answers;
  /** WebSockets by their paths, and who answers them. */
  readonly sockets?: Answers;
  /** The text of the chat completion. */
  readonly content?: string;
  /** How much later than at once. */
  readonly delayMs?: number;
}

const configuration = (
  folder: string,
  port: number,
  { answers = {}, sockets = {}, content = "Hello! How can I help you today?", delayMs = 0 }: InstantUpstream,
): string => `
${delayMs > 0 ? `load_module ${echoModule};` : ""}
worker_processes 1;
daemon off;
error_log ${folder}/error.log crit;
pid ${folder}/nginx.pid;
events { worker_connections 8192; multi_accept on; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} reuseport backlog=4096;
    ${Object.entries(sockets)
      .map(([path, upstream]) => passedOn(path, upstream))
      .join("\n    ")}
    ${Object.entries(answers)
      .map(([path, body]) => location(`~ ${path}`, body))
      .join("\n    ")}
    location = /calls { stub_status; }
    ${delayMs > 0 ? delayed("/", delayMs, completionOf(content)) : location("/", completionOf(content))}
  }
}
`;

/** The requests that nginx has begun to read. */
const requestsOf = async (url: string): Promise<number> => {
  const [, , , requests] = (await (await fetch(`${url}/calls`)).text()).match(/\d+/g) ?? [];
  return Number(requests);
};

/** Answers at once unless told otherwise: nginx with one fixed chat completion, and other answers, and upstreams of WebSockets, where they are given. */
export const startInstantUpstream = async (options: InstantUpstream = {}): Promise<CountingUpstream> => {
  if (options.delayMs !== undefined && !existsSync(echoModule))
    throw new Error(
      "nginx's echo module is needed for answers that come later: install it (Debian: apt-get install libnginx-mod-http-echo).",
    );
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration(folder, port, options));
  const child = spawn("nginx", ["-p", folder, "-c", file], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", () =>
      reject(new Error("nginx is needed as upstream: install it (Debian: apt-get install nginx-light).")),
    );
  });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([failed, waitFor("nginx", async () => (await fetch(url)).ok)]);
  let others = await requestsOf(url);
  return {
    url,
    pid: child.pid ?? 0,
    calls: async () => {
      others += 1;
      return (await requestsOf(url)) - others;
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
