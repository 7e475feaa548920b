import { importOs, keyForClient, keyIn, type ConnectFacts, type Example } from "./connection.ts";

export const curlExample = (connection: ConnectFacts): Example => ({
  name: "Shell",
  language: "sh",
  code: `curl ${connection.origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${keyIn("sh", connection)}" -H "Content-Type: application/json" \\
  -d '{"model": "${connection.model}", "messages": [{"role": "user", "content": "Hello"}]}'
`,
});

export const clientExample = (connection: ConnectFacts): Example => ({
  name: "TypeScript",
  language: "ts",
  code: `import { createNexusClient } from "@topolo/nexus-client";

const nexus = createNexusClient({ baseUrl: "${connection.origin}", credential: { apiKey: ${keyForClient(connection)} } });
const { text, nexus: facts } = await nexus.ai.generateText.mutate({ model: "${connection.model}", prompt: "Hello" });
console.log(text, facts.costNanoUsd, facts.credentialTier);
`,
});

export const openaiExample = (connection: ConnectFacts): Example => ({
  name: "Python",
  language: "python",
  code: `${importOs(connection)}from openai import OpenAI

client = OpenAI(base_url="${connection.origin}/v1", api_key=${keyIn("python", connection)})
answer = client.chat.completions.create(
    model="${connection.model}", messages=[{"role": "user", "content": "Hello"}]
)
print(answer.choices[0].message.content)
`,
});

/** One call in the ways in which people make their first: for the page Home and beside a new key. */
export const firstCalls = (connection: ConnectFacts): readonly Example[] =>
  [{ ...curlExample(connection), name: "curl" }, clientExample(connection), openaiExample(connection)].map(
    (example) => ({
      ...example,
      code: example.code.trimEnd(),
    }),
  );
