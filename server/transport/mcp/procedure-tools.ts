import { callProcedure } from "../trpc/call-procedure.ts";
import { listProcedures } from "../trpc/procedure-list.ts";
import { objectSchemaOf, type McpTool, type ObjectSchema } from "./mcp-tool.ts";

interface ProcedureTool {
  /** `router.verb`; a query, since nothing here changes anything. */
  readonly procedure: string;
  readonly name: string;
  /** What an assistant has to know beside the procedure's own summary. */
  readonly hint: string;
  /** Of fields that are left out: pages are shorter here than for programs. */
  readonly defaults?: Readonly<Record<string, string | number>>;
  readonly shorter: McpTool["shorter"];
}

const money = "Amounts are nano-USD (10⁻⁹ USD) as decimal strings: divide by 1,000,000,000 for dollars.";
const fewer = { field: "limit", expected: "fewer of them" };

/** In the order in which they are listed. */
const declared: readonly ProcedureTool[] = [
  {
    name: "list_budgets",
    procedure: "usage.budgets.list",
    hint: `Limit, what is spent and held in the present period, and when the next one begins. ${money}`,
    shorter: { field: "scope", expected: "one scope, or one budget by scopeId" },
  },
  {
    name: "explore_usage",
    procedure: "usage.explore",
    hint: `What was spent and called from day to day, by app, user, key, model, vendor and others; \`reach\` says whose. ${money}`,
    shorter: { field: "limit", expected: "fewer groups, longer intervals or a shorter period" },
  },
  {
    name: "list_calls",
    procedure: "operations.list",
    hint: "Each with its operationId for get_call and explain_call.",
    defaults: { limit: 20 },
    shorter: fewer,
  },
  {
    name: "get_call",
    procedure: "operations.get",
    hint: "How it ended, why it failed, what was tried where. The operationId stands in the header x-nexus-operation-id of an answer and in errors.",
    shorter: { field: "operationId", expected: "another operation" },
  },
  {
    name: "explain_call",
    procedure: "operations.explain",
    hint: `Answers why a call cost what it did. ${money}`,
    shorter: { field: "operationId", expected: "another operation" },
  },
  {
    name: "list_prices",
    procedure: "usage.prices.list",
    hint: "With vendor and model: the price of that model. Prices are nano-USD for a million units.",
    defaults: { limit: 20 },
    shorter: fewer,
  },
  {
    name: "list_models",
    procedure: "ai.models",
    hint: "Those that the caller can call now, with who pays and their prices.",
    defaults: { limit: 30 },
    shorter: fewer,
  },
  {
    name: "explain_route",
    procedure: "preferences.explainRoute",
    hint: "Sends nothing and costs nothing. Also answers what would be with other preferences.",
    shorter: { field: "model", expected: "one model as vendor/model" },
  },
];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withDefaults = (schema: ObjectSchema, defaults: Readonly<Record<string, string | number>>): ObjectSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      name,
      name in defaults && isRecord(field) ? { ...field, default: defaults[name] ?? null } : field,
    ]),
  ),
});

const toolOf = ({ name, procedure: wanted, hint, defaults = {}, shorter }: ProcedureTool): McpTool => {
  const procedure = listProcedures().find((one) => one.name === wanted);
  if (procedure?.type !== "query") throw new Error(`${wanted} is no procedure that only reads.`);
  return {
    name,
    title: procedure.summary,
    description: `${procedure.summary}. ${hint}`,
    inputSchema: withDefaults(objectSchemaOf(procedure.input, "input"), defaults),
    outputSchema: objectSchemaOf(procedure.output, "output"),
    permissions: procedure.permissions,
    shorter,
    run: (input, { deps, ctx }) =>
      callProcedure(procedure, {
        deps: deps.procedures,
        ctx,
        // What is no object is for the procedure to refuse.
        input: isRecord(input) ? { ...defaults, ...input } : input,
      }),
  };
};

/** Tools that are procedures of every other API surface: the same permissions, the same reach, the same answers. */
export const procedureTools = (): readonly McpTool[] => declared.map(toolOf);
