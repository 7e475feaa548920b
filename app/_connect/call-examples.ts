import type { Example } from "./connection.ts";
import { keyVariable } from "./connection.ts";

/** What can be tried on the page Playground, by its procedure. */
export type TriedOperation =
  | "ai.generateText"
  | "ai.generateObject"
  | "ai.embed"
  | "ai.rerank"
  | "ai.moderate"
  | "ai.generateImage"
  | "ai.generateSpeech"
  | "ai.transcribe"
  | "email.render";

interface TriedCall {
  readonly origin: string;
  readonly operation: TriedOperation;
  /** The input of the operation, JSON-plain. */
  readonly input: Readonly<Record<string, unknown>>;
}

const paths: Readonly<Record<TriedOperation, string>> = {
  "ai.generateText": "/api/ai/generate-text",
  "ai.generateObject": "/api/ai/generate-object",
  "ai.embed": "/api/ai/embed",
  "ai.rerank": "/api/ai/rerank",
  "ai.moderate": "/api/ai/moderate",
  "ai.generateImage": "/api/ai/generate-image",
  "ai.generateSpeech": "/api/ai/generate-speech",
  "ai.transcribe": "/api/ai/transcribe",
  "email.render": "/api/email/render",
};

/** What of an answer is printed. */
const told: Readonly<Record<TriedOperation, { readonly ts: string; readonly python: string }>> = {
  "ai.generateText": {
    ts: "answer.text, answer.nexus.costNanoUsd",
    python: 'answer["text"], answer["nexus"]["costNanoUsd"]',
  },
  "ai.generateObject": {
    ts: "answer.object, answer.nexus.costNanoUsd",
    python: 'answer["object"], answer["nexus"]["costNanoUsd"]',
  },
  "ai.embed": { ts: "answer.embeddings.length", python: 'len(answer["embeddings"])' },
  "ai.rerank": { ts: "answer.ranking", python: 'answer["ranking"]' },
  "ai.moderate": { ts: "answer.flagged, answer.categories", python: 'answer["flagged"], answer["categories"]' },
  "ai.generateImage": { ts: "answer.images.length", python: 'len(answer["images"])' },
  "ai.generateSpeech": { ts: "answer.audio.mediaType", python: 'answer["audio"]["mediaType"]' },
  "ai.transcribe": { ts: "answer.text", python: 'answer["text"]' },
  "email.render": { ts: "answer.boundNanoUsd, answer.request", python: 'answer["boundNanoUsd"], answer["request"]' },
};

/** A JSON text between single quotes of a shell. */
const inShell = (json: string): string => `'${json.replaceAll("'", String.raw`'\''`)}'`;

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

/** A value as TypeScript writes it. */
const inTypeScript = (value: unknown, indent = ""): string => {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item: unknown) => `${deeper}${inTypeScript(item, deeper)},\n`).join("")}${indent}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(
    ([name, item]) => `${deeper}${isIdentifier(name) ? name : JSON.stringify(name)}: ${inTypeScript(item, deeper)},\n`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
};

/** A value as Python writes it: its texts are JSON's. */
const inPython = (value: unknown, indent = ""): string => {
  const deeper = `${indent}    `;
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item: unknown) => `${deeper}${inPython(item, deeper)},\n`).join("")}${indent}]`;
  }
  if (typeof value !== "object") return JSON.stringify(value);
  const lines = Object.entries(value).map(
    ([name, item]) => `${deeper}${JSON.stringify(name)}: ${inPython(item, deeper)},\n`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
};

/** The same call from a shell, with the typed client and from Python. */
export const callExamples = ({ origin, operation, input }: TriedCall): readonly Example[] => {
  const url = `${origin}${paths[operation]}`;
  const { ts, python } = told[operation];
  return [
    {
      name: "curl",
      language: "sh",
      code: `curl ${url} \\
  -H "Authorization: Bearer $${keyVariable}" -H "Content-Type: application/json" \\
  -d ${inShell(JSON.stringify(input))}
`,
    },
    {
      name: "TypeScript",
      language: "ts",
      code: `import { createNexusClient } from "@topolo/nexus-client";

const nexus = createNexusClient({ baseUrl: "${origin}", credential: { apiKey: process.env.${keyVariable} ?? "" } });
const answer = await nexus.${operation}.mutate(${inTypeScript(input)});
console.log(${ts});
`,
    },
    {
      name: "Python",
      language: "python",
      code: `import os
import requests

response = requests.post(
    "${url}",
    headers={"Authorization": f"Bearer {os.environ['${keyVariable}']}"},
    json=${inPython(input, "    ")},
    timeout=300,
)
response.raise_for_status()
answer = response.json()
print(${python})
`,
    },
  ];
};
