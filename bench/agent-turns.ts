interface AgentTurns {
  readonly model: string;
  readonly turns: number;
  readonly tools: number;
  /** Of the messages in the first turn and in the last; they grow evenly. */
  readonly fromBytes: number;
  readonly toBytes: number;
}

const line = "src/module.ts:120: const value = compute(input); // what a tool has found in a file\n";
const textOf = (bytes: number): string =>
  line.repeat(Math.max(1, Math.ceil(bytes / line.length))).slice(0, Math.max(bytes, 1));

const toolNamed = (name: string): object => ({
  type: "function",
  function: {
    name,
    description: `Does what ${name} does to a file of the project, and returns what it found.`,
    parameters: {
      type: "object",
      properties: { path: { type: "string", description: "Where the file is" }, lines: { type: "integer" } },
      required: ["path"],
    },
  },
});

/** What an agent sends turn by turn: its tools, and all that was said before with what the tool it called has answered. */
export const agentTurns = ({ model, turns, tools, fromBytes, toBytes }: AgentTurns): readonly string[] => {
  const head = JSON.stringify({
    model,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 1_024,
    tools: Array.from({ length: tools }, (_, index) => toolNamed(`tool_${index + 1}`)),
  });
  const bodies: string[] = [];
  let messages = JSON.stringify({ role: "user", content: textOf(fromBytes - 30) });
  for (let turn = 0; turn < turns; turn += 1) {
    bodies.push(`${head.slice(0, -1)},"messages":[${messages}]}`);
    const id = `call_${turn + 1}`;
    const called = JSON.stringify({
      role: "assistant",
      content: null,
      tool_calls: [{ id, type: "function", function: { name: "tool_1", arguments: '{"path":"src/module.ts"}' } }],
    });
    const wanted = fromBytes + ((toBytes - fromBytes) * (turn + 1)) / Math.max(turns - 1, 1);
    const answered = (bytes: number): string =>
      JSON.stringify({ role: "tool", tool_call_id: id, content: textOf(bytes) });
    const room = Math.round(wanted) - messages.length - called.length - 2 - answered(1).length;
    // Quotes and line ends take two bytes in JSON.
    messages += `,${called},${answered(Math.max(1, Math.floor((room * line.length) / (line.length + 1))))}`;
  }
  return bodies;
};
