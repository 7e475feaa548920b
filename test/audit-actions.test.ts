import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auditActions } from "../server/domain/audit/audit-actions.ts";
import { authAuditActions } from "../server/identity/audit/audit-actions.ts";

const server = join(import.meta.dirname, "..", "server");
const files = globSync("{domain,families,gateway,transport,identity}/**/*.ts", { cwd: server })
  .filter((file) => !/\.test\.ts$|audit-actions\.ts$|notice-table\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(server, file), "utf8") }));

// That what is written has words is the compiler's to see: an event's action is a key of the table.
describe.each([
  ["Nexus", auditActions, (file: string) => !file.startsWith("identity/")],
  ["Auth", authAuditActions, (file: string) => file.startsWith("identity/") || file.includes("changes-told-to-auth")],
] as const)("the words of %s", (_name, table, isOurs) => {
  const texts = files.filter(({ file }) => isOurs(file)).map(({ text }) => text);

  test.each(Object.keys(table))("%s is something that the code writes", (action) => {
    const [noun = "", verb = ""] = action.split(/\.(?=[^.]*$)/);
    const isWritten = (text: string): boolean =>
      text.includes(`"${action}"`) || (text.includes(`\`${noun}.\${`) && text.includes(`"${verb}"`));
    expect(texts.some(isWritten)).toBe(true);
  });

  test("are told apart, and follow a name", () => {
    const words = Object.values(table);
    expect(new Set(words).size).toBe(words.length);
    for (const text of words) expect(text).toMatch(/^[a-z][^.]+[^.\s]$/);
  });
});
