import { deployLints } from "./lint-deploy.ts";
import { installLintTools } from "./lint-tools.ts";

// Each file of deploy/ by its own tool; those that are missing are installed first, from their registries.

installLintTools();
let failed = 0;
for (const { what, run } of deployLints)
  try {
    run();
    process.stdout.write(`✓ ${what}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`✗ ${what}\n${error instanceof Error ? error.message : String(error)}\n`);
  }
process.exitCode = failed === 0 ? 0 : 1;
