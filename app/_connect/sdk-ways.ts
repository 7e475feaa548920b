import { importOs, keyForClient, keyIn, type ConnectFacts, type ConnectWay } from "./connection.ts";
import { clientExample, curlExample, openaiExample } from "./first-calls.ts";

const curl = (connection: ConnectFacts): ConnectWay => ({
  id: "curl",
  name: "curl",
  about: "OpenAI's chat completions, which any language can call.",
  examples: [curlExample(connection)],
});

const openai = (connection: ConnectFacts): ConnectWay => ({
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
    openaiExample(connection),
  ],
});

const anthropic = (connection: ConnectFacts): ConnectWay => ({
  id: "anthropic",
  name: "Anthropic SDK",
  about: "Anthropic's own clients. The base URL has no /v1: they add it themselves.",
  examples: [
    {
      name: "TypeScript",
      language: "ts",
      code: `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: "${connection.origin}", apiKey: ${keyIn("ts", connection)} });
const message = await client.messages.create({
  model: "${connection.anthropicModel}",
  max_tokens: 200,
  messages: [{ role: "user", content: "Hello" }],
});
for (const part of message.content) if (part.type === "text") console.log(part.text);
`,
    },
    {
      name: "Python",
      language: "python",
      code: `${importOs(connection)}from anthropic import Anthropic

client = Anthropic(base_url="${connection.origin}", api_key=${keyIn("python", connection)})
message = client.messages.create(
    model="${connection.anthropicModel}",
    max_tokens=200,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content[0].text)
`,
    },
  ],
});

/** Google's own models by their bare name, and all others by `vendor/model`. */
const google = (connection: ConnectFacts): ConnectWay => ({
  id: "google",
  name: "Google Gen AI SDK",
  about:
    "Google's own clients, for the models of every vendor, by generateContent and by interactions. The base URL has no version: they add it themselves.",
  examples: [
    {
      name: "TypeScript",
      language: "ts",
      code: `import { GoogleGenAI } from "@google/genai";

const client = new GoogleGenAI({ apiKey: ${keyForClient(connection)}, httpOptions: { baseUrl: "${connection.origin}" } });
const answer = await client.models.generateContent({ model: "${connection.model}", contents: "Hello" });
console.log(answer.text);
`,
    },
    {
      name: "Python",
      language: "python",
      code: `${importOs(connection)}from google import genai

client = genai.Client(api_key=${keyIn("python", connection)}, http_options={"base_url": "${connection.origin}"})
answer = client.models.generate_content(model="${connection.model}", contents="Hello")
print(answer.text)
`,
    },
  ],
});

const aiSdk = (connection: ConnectFacts): ConnectWay => ({
  id: "ai-sdk",
  name: "AI SDK",
  about: "A provider for the AI SDK (version 7): text, streams, tools, objects and embeddings of every vendor.",
  examples: [
    {
      name: "Install",
      language: "sh",
      code: `npm install ai ${connection.origin}/packages/nexus-client.tgz\n`,
    },
    {
      name: "TypeScript",
      language: "ts",
      code: `import { createNexusClient } from "@topolo/nexus-client";
import { createNexusProvider } from "@topolo/nexus-client/ai-sdk";
import { streamText } from "ai";

const client = createNexusClient({ baseUrl: "${connection.origin}", credential: { apiKey: ${keyForClient(connection)} } });
const nexus = createNexusProvider(client);

const result = streamText({ model: nexus("${connection.model}"), prompt: "Hello" });
for await (const delta of result.textStream) process.stdout.write(delta);
console.log((await result.providerMetadata)?.nexus?.costNanoUsd);
`,
    },
  ],
});

const langChain = (connection: ConnectFacts): ConnectWay => ({
  id: "langchain",
  name: "LangChain",
  about: "LangChain's chat model of OpenAI's API, for the models of every vendor.",
  examples: [
    {
      name: "TypeScript",
      language: "ts",
      code: `import { ChatOpenAI } from "@langchain/openai";

const chat = new ChatOpenAI({
  model: "${connection.model}",
  apiKey: ${keyIn("ts", connection)},
  configuration: { baseURL: "${connection.origin}/v1" },
});
const answer = await chat.invoke("Hello");
console.log(answer.content);
`,
    },
    {
      name: "Python",
      language: "python",
      code: `${importOs(connection)}from langchain_openai import ChatOpenAI

chat = ChatOpenAI(model="${connection.model}", base_url="${connection.origin}/v1", api_key=${keyIn("python", connection)})
print(chat.invoke("Hello").content)
`,
    },
  ],
});

const client = (connection: ConnectFacts): ConnectWay => ({
  id: "client",
  name: "Typed client",
  about: "Every operation of AI, e-mail, payments and management, typed, with retries that cost nothing.",
  examples: [
    {
      name: "Install",
      language: "sh",
      code: `npm install ${connection.origin}/packages/nexus-client.tgz\n`,
    },
    clientExample(connection),
  ],
});

const reactQuery = (connection: ConnectFacts): ConnectWay => ({
  id: "react-query",
  name: "React Query",
  about:
    "A page calls with its person's token: no API key belongs in a browser. Its origin must be one of a registered app.",
  examples: [
    {
      name: "Install",
      language: "sh",
      code: `npm install @tanstack/react-query @trpc/tanstack-react-query \\
  ${connection.origin}/packages/nexus-client.tgz ${connection.origin}/packages/auth-client.tgz
`,
    },
    {
      name: "React",
      language: "tsx",
      code: `import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { createAuthClient } from "@topolo/auth-client";
import { createNexusClient } from "@topolo/nexus-client";
import { NexusQueryProvider, useNexus } from "@topolo/nexus-client/react-query";

const auth = createAuthClient({ authUrl: "${connection.authUrl}", serviceId: "srv_roadmapper" }); // your app
const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
const client = createNexusClient({
  baseUrl: "${connection.origin}",
  credential: { bearer: async () => (await auth.accessToken()) ?? "" },
});

export const HelloPage = () => (
  <QueryClientProvider client={queryClient}>
    <NexusQueryProvider queryClient={queryClient} trpcClient={client}>
      <Hello />
    </NexusQueryProvider>
  </QueryClientProvider>
);

const Hello = () => {
  const generate = useMutation(useNexus().ai.generateText.mutationOptions());
  const ask = () => generate.mutate({ model: "${connection.model}", prompt: "Hello" });
  return <button onClick={ask}>{generate.data?.text ?? generate.error?.message ?? "Say hello"}</button>;
};
`,
    },
  ],
});

/** The ways of programs. */
export const sdkWays = (connection: ConnectFacts): readonly ConnectWay[] =>
  [curl, openai, anthropic, google, aiSdk, langChain, client, reactQuery].map((way) => way(connection));
