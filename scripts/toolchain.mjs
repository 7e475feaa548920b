// Runs on any Node ≥ 20, before anything is installed: no dependency may be imported here.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules", ".bin");
const stamps = join(root, "node_modules", ".cache", "topolo-nexus");

/** The project's own Node, whatever the machine has. */
export const node = join(bin, process.platform === "win32" ? "node.cmd" : "node");

/** The environment with the project's tools first on the path. */
export const toolEnv = (extra = {}) => ({
  ...process.env,
  PATH: `${bin}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`,
  // Types are stripped and code is compiled once, not at every start: a process that died is back in half the time.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(stamps, "code"),
  ...extra,
});

const digestOf = (files) => {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
};

const isFresh = (name, digest) => {
  const file = join(stamps, name);
  return existsSync(file) && readFileSync(file, "utf8") === digest;
};

const stamp = (name, digest) => {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), digest);
};

const step = (label, command, args, env) => {
  const began = Date.now();
  process.stderr.write(`  ${label} …`);
  const done = spawnSync(command, args, { cwd: root, env: toolEnv(env), encoding: "utf8", maxBuffer: 64 << 20 });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (done.status !== 0) {
    process.stderr.write(
      ` failed after ${seconds} s\n${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}\n`,
    );
    process.exit(done.status ?? 1);
  }
  process.stderr.write(` ${seconds} s\n`);
};

const ensurePackages = () => {
  const digest = digestOf(["package-lock.json", "package.json"]);
  if (isFresh("packages", digest) && existsSync(node)) return;
  // Not `npm ci`: it refuses a lockfile that lacks binaries for other platforms, which not every registry has.
  step("Installing packages", "npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  stamp("packages", digest);
};

const ensurePrismaClient = (name) => {
  const folder = join("prisma", name);
  const files = readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".prisma"))
    .map((file) => join(folder, file));
  const digest = digestOf(files);
  if (isFresh(`prisma-${name}`, digest) && existsSync(join(root, "prisma", "generated", name, "client.ts"))) return;
  // Generating needs no engine; naming one keeps the tool from trying to download it.
  step(
    `Generating the ${name} database client`,
    node,
    [join(root, "node_modules", "prisma", "build", "index.js"), "generate", "--schema", folder],
    {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  );
  stamp(`prisma-${name}`, digest);
};

/** Installs and generates what is missing; does nothing on an installed tree. */
export const ensureInstalled = () => {
  ensurePackages();
  ensurePrismaClient("auth");
};

/** Runs a command under the project's tools; resolves with its exit code. */
export const run = (command, args, env) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnv(env), stdio: "inherit" });
    // The terminal signals the whole group; a supervisor signals only us.
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    process.on("SIGINT", () => undefined);
    child.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });

/** Runs a command under the project's tools and keeps what it says until it is to be shown. */
export const runQuietly = (command, args, env = {}) => {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = spawn(command, args, {
    cwd: root,
    env: toolEnv({ ...colour, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  let shown = 0;
  let isShown = false;
  const show = () => {
    for (; shown < said.length; shown += 1) process.stdout.write(said[shown]);
  };
  const say = (chunk) => {
    said.push(chunk);
    if (isShown) show();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", say);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGINT", () => undefined);
  return {
    /** From now on as it comes. */
    show: () => {
      isShown = true;
      show();
    },
    /** Everything it has said. */
    text: () => said.join(""),
    exited: new Promise((resolve) => {
      child.on("error", resolve);
      child.on("exit", resolve);
    }),
    /** Resolves with the exit code once all it has said is there. */
    ended: new Promise((resolve) => {
      child.on("error", (error) => {
        say(`${error.message}\n`);
        resolve(1);
      });
      child.on("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    }),
  };
};

/** Number of the process that started another; undefined where the system does not tell. */
const parentOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
};

const isShell = (pid) => {
  try {
    return /^(ba|da|a|z|k)?sh$/.test(readFileSync(`/proc/${pid}/comm`, "utf8").trim());
  } catch {
    return false;
  }
};

/** Whoever runs this script for `npm start`: npm itself, and the shell it may have put between. */
const callers = () => {
  const parent = process.ppid;
  const grandparent = isShell(parent) ? parentOf(parent) : undefined;
  return grandparent === undefined ? [parent] : [parent, grandparent];
};

// Before anything is installed, which takes long enough for npm to end in the meantime.
const firstCallers = callers().join();
const watchMs = 500;

/** Calls back once npm, killed without notice, has left us behind. A script run by hand may outlive its shell. */
const onCallerGone = (act) => {
  if (process.env.npm_lifecycle_event === undefined) return;
  const timer = setInterval(() => {
    if (callers().join() === firstCallers) return;
    clearInterval(timer);
    act();
  }, watchMs);
  timer.unref();
};

/**
 * Runs a server apart from the terminal, so that Ctrl-C reaches it alone and not the database beneath it as well. It is
 * told of every signal once, of our end by the closing of the channel, and of npm's by us.
 */
export const runServer = (command, args, env) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnv(env),
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      detached: true,
    });
    for (const [signal, passed] of [
      ["SIGTERM", "SIGTERM"],
      ["SIGINT", "SIGINT"],
      ["SIGHUP", "SIGTERM"],
    ]) {
      process.on(signal, () => child.kill(passed));
    }
    onCallerGone(() => child.kill("SIGTERM"));
    child.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });

/** Flags every TypeScript entry runs with: stripped types, no prototype setter, quiet WebAssembly import. */
export const nodeFlags = ["--disable-proto=delete", "--disable-warning=ExperimentalWarning"];
