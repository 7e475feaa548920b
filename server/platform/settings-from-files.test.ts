import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigurationError } from "./env.ts";
import { settingInFile, settingsFromFiles } from "./settings-from-files.ts";
import { unknownSettings } from "./unknown-settings.ts";

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const problemsOf = (settings: Record<string, string>): string => {
  try {
    settingsFromFiles(settings);
    return "none";
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
};

test("a setting stands in the file that is named, without the end of its line", () => {
  const NEXUS_TOKEN_PEPPER_FILE = file("pepper", "of the file\r\n");
  const PLATFORM_OPENAI_API_KEY_FILE = file("key", "sk-of the file\n\n");
  expect(settingsFromFiles({ PORT: "1", NEXUS_TOKEN_PEPPER_FILE, PLATFORM_OPENAI_API_KEY_FILE })).toMatchObject({
    PORT: "1",
    NEXUS_TOKEN_PEPPER: "of the file",
    PLATFORM_OPENAI_API_KEY: "sk-of the file",
  });
});

test("a setting that ends so itself names no setting, and what is no setting of ours is left alone", () => {
  expect(settingInFile("LOG_FILE")).toBeUndefined();
  expect(settingsFromFiles({ LOG_FILE: "/nowhere", SSL_CERT_FILE: "/nowhere", NEXUS_NONE_FILE: "/nowhere" })).toEqual({
    LOG_FILE: "/nowhere",
    SSL_CERT_FILE: "/nowhere",
    NEXUS_NONE_FILE: "/nowhere",
  });
});

test("one that does not set anything is told of as any other that is mistyped", () => {
  expect(unknownSettings({ NEXUS_TOKEN_PEPER_FILE: "/x", NEXUS_TOKEN_PEPPER_FILE: "/x" })).toEqual([
    { name: "NEXUS_TOKEN_PEPER_FILE", nearest: "NEXUS_TOKEN_PEPPER_FILE" },
  ]);
});

test("each that cannot be read is named, with the reason", () => {
  mkdirSync(join(folder, "folder"));
  const told = problemsOf({
    NEXTAUTH_SECRET_FILE: join(folder, "none"),
    AUTH_ENCRYPTION_KEY_FILE: join(folder, "folder"),
    NEXUS_TOKEN_PEPPER_FILE: file("empty", "\n"),
    DATABASE_URL_FILE: file("large", "x".repeat(70_000)),
    REDIS_URL_FILE: file("both", "redis://x"),
    REDIS_URL: "redis://y",
  });
  expect(told).toContain(`NEXTAUTH_SECRET_FILE: ${join(folder, "none")} is not there`);
  expect(told).toContain("AUTH_ENCRYPTION_KEY_FILE: ");
  expect(told).toContain("is a folder");
  expect(told).toContain("empty is empty");
  expect(told).toContain("large has 70000 bytes; 65536 at most");
  expect(told).toContain("REDIS_URL_FILE: REDIS_URL is set, too; set one of them");
});
