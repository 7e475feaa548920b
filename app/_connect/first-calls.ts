import { importOs, keyForClient, keyIn, type ConnectFacts, type ConnectWay } from "./connection.ts";

export const curlWay = (connection: ConnectFacts): ConnectWay => ({
  id: "curl",
  name: "curl",
  about: "OpenAI's chat completions, which any language can call.",
  examples: [
    {
      name: "Shell",
      language: "sh",
      code: `curl ${connection.origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${keyIn("sh", connection)}" -H "Content-Type: application/json" \\
  -d '{"model": "${connection.model}", "messages": [{"role": "user", "content": "Hello"}]}'
`,
    },
  ],
});

export const openaiWay = (connection: ConnectFacts): ConnectWay => ({
  id: "openai",
  name: "OpenAI SDK",
  about: "OpenAI's own clients, with this gateway's address and key. They reach the models of every vendor.",
  examples: [
    {
      name: "TypeScript",
      language: "ts",
      code: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${connection.origin}/v1", apiKey: ${keyIn("ts", connection)} });
const answer = await client.chat.completions.create({
  model: "${connection.model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0]?.message.content);
`,
    },
    {
      name: "Python",
      language: "python",
      code: `${importOs(connection)}from openai import OpenAI

client = OpenAI(base_url="${connection.origin}/v1", api_key=${keyIn("python", connection)})
answer = client.chat.completions.create(
    model="${connection.model}", messages=[{"role": "user", "content": "Hello"}]
)
print(answer.choices[0].message.content)
`,
    },
  ],
});

export const clientWay = (connection: ConnectFacts): ConnectWay => ({
  id: "client",
  name: "Typed client",
  about: "Every operation of AI, e-mail, payments and management, typed, with retries that cost nothing.",
  examples: [
    {
      name: "Install",
      language: "sh",
      code: `npm install ${connection.origin}/packages/nexus-client.tgz\n`,
    },
    {
      name: "TypeScript",
      language: "ts",
      code: `import { createNexusClient } from "@topolo/nexus-client";

const nexus = createNexusClient({ baseUrl: "${connection.origin}", credential: { apiKey: ${keyForClient(connection)} } });
const { text, nexus: facts } = await nexus.ai.generateText.mutate({ model: "${connection.model}", prompt: "Hello" });
console.log(text, facts.costNanoUsd, facts.credentialTier);
`,
    },
  ],
});

/** Of each way the language that most begin with. */
const firstLanguages = [
  [curlWay, "sh"],
  [clientWay, "ts"],
  [openaiWay, "python"],
] as const;

/** One call in the ways in which people make their first: for the page Home and beside a new key. */
export const firstCalls = (connection: ConnectFacts): readonly { readonly name: string; readonly code: string }[] =>
  firstLanguages.flatMap(([wayOf, wanted]) => {
    const { name, examples } = wayOf(connection);
    const example = examples.find(({ language }) => language === wanted);
    return example ? [{ name: wanted === "sh" ? name : example.name, code: example.code.trimEnd() }] : [];
  });
