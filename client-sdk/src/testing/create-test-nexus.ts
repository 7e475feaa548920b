import { createTRPCClient, TRPCClientError, type Operation, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { payingCustomer } from "../customer.ts";
import { idempotencyLink, sentIdempotencyKey } from "../idempotency.ts";
import type { NexusClient } from "../nexus-client.ts";
import { toNexusClientError } from "../nexus-client-error.ts";
import type { NexusOperations } from "../operations.ts";
import { retryLink } from "../retry.ts";
import type { AppRouter } from "../router.ts";
import { streamErrorLink } from "../stream-errors.ts";
import { scriptedRefusalOf } from "./refusal.ts";
import { TestState, type TestCall, type TestNexusOptions } from "./test-state.ts";

export { UnscriptedCallError, type TestCall, type TestNexusOptions } from "./test-state.ts";

type Name = keyof NexusOperations;

/** What a call is answered with: the answer, or what makes one from the input. It throws `nexusRefusal(code)` to refuse. */
export type TestAnswer<One extends Name> =
  | NexusOperations[One]["output"]
  | ((
      input: NexusOperations[One]["input"],
      call: TestCall,
    ) => NexusOperations[One]["output"] | Promise<NexusOperations[One]["output"]>);

/** A Nexus in memory, for the tests of an app. */
export interface TestNexus {
  /** Typed and behaved as the real client: pass it where the app takes one. */
  readonly nexus: NexusClient;
  /** From now on an operation is answered so. */
  readonly answer: <One extends Name>(name: One, answer: TestAnswer<One>) => void;
  /** Every call that reached Nexus, in order, refused ones included. */
  readonly calls: readonly TestCall[];
  /** The inputs of the calls of one operation. */
  readonly inputsOf: <One extends Name>(name: One) => readonly NexusOperations[One]["input"][];
  /** The payer of a checkout pays. */
  readonly pay: (checkoutId: string) => void;
  /** Nothing is sent to the address from now on. */
  readonly suppress: (address: string) => void;
  /** Nano-USD of all calls so far. */
  readonly spentNanoUsd: () => bigint;
  /** As it was made: no calls, no answers of your own, nothing spent. */
  readonly reset: () => void;
}

const clientError = (caught: unknown, { signal }: Operation): Error => {
  const refused = scriptedRefusalOf(caught);
  // A mistake of the test's own is not dressed up as one of Nexus.
  if (refused === undefined) return caught instanceof Error ? caught : new Error(String(caught));
  const { wire } = refused;
  const shape = { message: wire.message, code: -32603, data: { nexus: { ...wire, requestId: "test" } } };
  return toNexusClientError(TRPCClientError.from<AppRouter>({ error: shape }), signal);
};

const inMemoryLink =
  (state: TestState): TRPCLink<AppRouter> =>
  () =>
  ({ op }) =>
    observable((observer) => {
      state
        .answer({
          name: op.path,
          input: op.input,
          idempotencyKey: sentIdempotencyKey(op),
          customerId: payingCustomer(op),
        })
        .then(
          (data) => {
            observer.next({ result: { type: "data", data } });
            observer.complete();
          },
          (error: unknown) => observer.error(TRPCClientError.from<AppRouter>(clientError(error, op))),
        );
      return () => undefined;
    });

/**
 * A Nexus in memory: typed like the client, answered as a test says, with a record of the calls. It reads inputs with the
 * real one's schemas and refuses what that refuses: wrong fields, missing permissions, a budget without room, a key that
 * was used with another request, suppressed recipients, a reference that has paid, more refunded than was captured.
 * Without a word of yours it answers text, streams, vectors, rankings, moderation, images, speech, transcripts, mail, checkouts and refunds.
 *
 * @example
 * const test = createTestNexus({ budgetNanoUsd: 2_000_000n });
 * test.answer("ai.generateText", textAnswer("Paris"));
 * await summarize(test.nexus, "a long text");
 * expect(test.inputsOf("ai.generateText")[0]?.model).toBe("openai/gpt-4o-mini");
 */
export const createTestNexus = (options: TestNexusOptions = {}): TestNexus => {
  const state = new TestState(options);
  const nexus: NexusClient = createTRPCClient<AppRouter>({
    links: [
      idempotencyLink(),
      retryLink({ maxAttempts: options.maxAttempts ?? 1 }),
      streamErrorLink(),
      inMemoryLink(state),
    ],
  });
  return {
    nexus,
    answer: (name, answer) => state.script(name, typeof answer === "function" ? answer : () => answer),
    get calls() {
      return state.calls;
    },
    inputsOf: (name) => state.inputsOf(name),
    pay: (checkoutId) => state.payments.pay(checkoutId),
    suppress: (address) => state.suppress(address),
    spentNanoUsd: () => state.spent,
    reset: () => state.reset(),
  };
};
