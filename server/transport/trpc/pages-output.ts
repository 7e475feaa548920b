import { z } from "zod";

const isIterable = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** Output of a stream of pages; their rows are made by the domain's own view of them. */
export const pagesOutput = <Row>() => z.custom<AsyncGenerator<readonly Row[], void, void>>(isIterable);
