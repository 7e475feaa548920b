import { spawn } from "node:child_process";
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

const completion = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Hello! How can I help you today?", refusal: null },
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

const location = (where: string, body: string): string =>
  `location ${where} { default_type application/json; add_header x-request-id req_bench; return 200 '${body}'; }`;

/** WebSockets, which another process answers. */
const passedOn = (where: string, upstream: string): string =>
  `location ~ ${where} { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 300s; }`;

const configuration = (folder: string, port: number, answers: Answers, sockets: Answers): string => `
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
    ${location("/", completion)}
  }
}
`;

/** An upstream that answers at once: nginx with one fixed chat completion, and other answers, and upstreams of WebSockets, where they are given. */
export const startInstantUpstream = async (answers: Answers = {}, sockets: Answers = {}): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration(folder, port, answers, sockets));
  const child = spawn("nginx", ["-p", folder, "-c", file], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", () =>
      reject(new Error("nginx is needed as upstream: install it (Debian: apt-get install nginx-light).")),
    );
  });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([failed, waitFor("nginx", async () => (await fetch(url)).ok)]);
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
