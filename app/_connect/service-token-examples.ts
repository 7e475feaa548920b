import type { Example } from "./connection.ts";

/** For whom an example with a service token is written. */
export interface ServiceTokenConnection {
  readonly origin: string;
  /** `vendor/model` */
  readonly model: string;
  readonly token: string;
  readonly organizationId: string;
  /** The app as which it calls, where it does so as one. */
  readonly app?: string | undefined;
  readonly permissions: readonly string[];
}

/** What is asked in the examples: something that the token may do. */
const askedOf = ({ permissions, model }: ServiceTokenConnection) => {
  if (permissions.includes("srv_nexus.ai:invoke"))
    return {
      curl: `/api/ai/generate-text`,
      body: `{"model": "${model}", "prompt": "Hello"}`,
      call: `const { text } = await nexus.ai.generateText.mutate({ model: "${model}", prompt: "Hello" });\nconsole.log(text);`,
    };
  if (permissions.includes("srv_nexus.budgets:read"))
    return {
      curl: "/api/usage/budgets",
      body: undefined,
      call: "const { budgets } = await nexus.usage.budgets.list.query({});\nconsole.log(budgets.length);",
    };
  return undefined;
};

/** First calls with a service token; none where it may do nothing that stands for itself. */
export const serviceTokenExamples = (connection: ServiceTokenConnection): readonly Example[] => {
  const { origin, token, organizationId, app } = connection;
  const asked = askedOf(connection);
  if (asked === undefined) return [];
  const headers = [
    `-H "X-Nexus-Service-Token: ${token}"`,
    `-H "X-Nexus-Organization-Id: ${organizationId}"`,
    ...(app === undefined ? [] : [`-H "X-Service-ID: ${app}"`]),
    ...(asked.body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${asked.body}'`]),
  ];
  return [
    { name: "Shell", language: "sh", code: `curl ${[`${origin}${asked.curl}`, ...headers].join(" \\\n  ")}\n` },
    {
      name: "TypeScript",
      language: "ts",
      code: `import { createNexusClient } from "@topolo/nexus-client";

const nexus = createNexusClient({
  baseUrl: "${origin}",
  credential: { serviceToken: "${token}", organizationId: "${organizationId}" },${app === undefined ? "" : `\n  app: "${app}",`}
});
${asked.call}
`,
    },
  ];
};
