import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Names another Python, such as one of a virtual environment with the real packages. */
const python = process.env.NEXUS_TEST_PYTHON ?? "python3";

const standIns = join(import.meta.dirname, "python-clients");

/** What is installed comes first: the stand-ins are found where nothing is. */
const asProgram = `import sys; sys.path.append(${JSON.stringify(standIns)}); exec(compile(sys.argv[1], "example", "exec"))`;

/** Whether there is a Python at all. */
export const hasPython = (): boolean => {
  try {
    execFileSync(python, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** Runs a program of Python; what it printed. */
export const runPython = async (program: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const { stdout } = await run(python, ["-B", "-c", asProgram, program], { env: { ...process.env, ...env } });
  return stdout.trim();
};
