// Runs on any Node ≥ 20, before anything is installed: no dependency may be imported here.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { freemem, setPriority } from "node:os";
import { dirname, join, relative } from "node:path";
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

/**
 * The compiler and the linter are Go programs, which spend a third of their time on collecting garbage that a process of a
 * few seconds need never collect. Each may hold a share of what memory is free, and collects only beyond that.
 */
const collectingBeyond = (share) => ({
  GOGC: "off",
  GOMEMLIMIT: `${Math.floor((freemem() * share) / 1024 ** 2)}MiB`,
});
export const littleGarbageCollection = collectingBeyond(1 / 5);
/** The linter knows the types of every page and program at once, and collects all the time where it may hold no more than the others. */
export const garbageCollectionOfLinter = collectingBeyond(2 / 5);

const digestOf = (files, folder = root) => {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
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

/** What is started by its source's name, and is compiled whole. */
export const programs = [
  "server/main.ts",
  "server/auth-main.ts",
  "server/worker.ts",
  "server/cli/main.ts",
  "server/platform/media/media-worker.ts",
  "server/process/end-with-parent.ts",
  "sandbox/main.ts",
];

const programFolders = [
  "server",
  "sandbox",
  "client-sdk/src",
  "packages/auth-client/src",
  "packages/auth-middleware/src",
  "prisma/generated",
];
const compilations = join(stamps, "programs");
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Changes whenever a program of the checkout in the folder would. */
export const digestOfPrograms = (folderOfAll = root) => {
  const found = ["package-lock.json", "scripts/compile-programs.mjs", "scripts/toolchain.mjs"];
  for (const folder of programFolders) {
    for (const entry of readdirSync(join(folderOfAll, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
        found.push(relative(folderOfAll, join(entry.parentPath, entry.name)));
    }
  }
  return digestOf(found.sort(), folderOfAll).slice(0, 16);
};

/** What every process of this machine was started with; undefined where the system does not tell. */
const commandsOfAll = () => {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readIfThere(`/proc/${pid}/cmdline`))
      .join("\n");
  } catch {
    return undefined;
  }
};

const readIfThere = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

/** A product that has run for long still starts its processes from what it began with: only what nobody runs goes. */
const removeOldCompilations = (present) => {
  const commands = commandsOfAll();
  if (commands === undefined) return;
  for (const name of readdirSync(compilations)) {
    const path = join(compilations, name);
    if (path === present || commands.includes(path) || Date.now() - statSync(path).mtimeMs < keptMs) continue;
    rmSync(path, { recursive: true, force: true });
  }
};

/**
 * The folder of the programs compiled from the present sources, made first where there is none: they start in less
 * than half the time. Undefined where they cannot be compiled, which is said, and stops nothing: the sources run as they are.
 */
export const ensureCompiled = () => {
  const folder = join(compilations, digestOfPrograms());
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  mkdirSync(compilations, { recursive: true });
  const args = ["--disable-warning=ExperimentalWarning", join(root, "scripts", "compile-programs.mjs"), folder];
  const done = spawnSync(node, args, { cwd: root, env: toolEnv(), encoding: "utf8" });
  if (done.status !== 0) {
    process.stderr.write(`  The programs could not be compiled, so their sources run:\n${done.stderr ?? done.error}\n`);
    return undefined;
  }
  removeOldCompilations(folder);
  return folder;
};

/** The file to start a program with: compiled from the present sources, or the source where that cannot be. */
export const programFile = (source) => {
  const folder = ensureCompiled();
  return folder === undefined ? source : join(folder, source.replace(/\.ts$/, ".mjs"));
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
export const runQuietly = (command, args, env = {}, priority) => {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = spawn(command, args, {
    cwd: root,
    env: toolEnv({ ...colour, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // What it starts inherits it.
  if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
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
