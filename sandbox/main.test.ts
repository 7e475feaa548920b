import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { objectOf } from "./read-json.ts";

it("runs as its own process, says where it listens and leaves on SIGTERM", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url)), "--port", "0"]);
  const [line] = await once(createInterface(child.stdout), "line");
  const ready = objectOf(JSON.parse(String(line)));
  expect(ready).toMatchObject({
    port: expect.any(Number),
    baseUrls: { openai: expect.stringMatching(/\/openai\/v1$/) },
  });
  const response = await fetch(`http://127.0.0.1:${ready["port"]}/openai/v1/models`, {
    headers: { authorization: "Bearer sk-x" },
  });
  expect(response.status).toBe(200);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
