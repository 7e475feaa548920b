import { z } from "zod";

// Every field of an answer says what it is, and has a value that examples are made of.

/** An object with exactly these fields. */
export const fieldsOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape);

export const toldText = (description: string, example: string) => z.string().meta({ description, examples: [example] });

export const toldTime = (description: string) =>
  z.iso.datetime().meta({ description, examples: ["2026-11-02T09:30:00.000Z"] });

export const toldFlag = (description: string, example = true) => z.boolean().meta({ description, examples: [example] });

export const toldCount = (description: string, example = 1) =>
  z
    .int()
    .min(0)
    .meta({ description, examples: [example] });

/** One of these words. */
export const toldWord = <const Words extends readonly [string, ...string[]]>(description: string, words: Words) =>
  z.enum(words).meta({ description, examples: [words[0]] });

export const toldList = <Item extends z.ZodType>(description: string, item: Item) =>
  z.array(item).meta({ description });

/** A list of texts. */
export const toldTexts = (description: string, example: string) =>
  z.array(z.string()).meta({ description, examples: [[example]] });

/** The same, or null, with what null says. */
export const orNull = <Inner extends z.ZodType>(inner: Inner, description?: string) =>
  inner.nullable().meta({ ...z.globalRegistry.get(inner), ...(description === undefined ? {} : { description }) });

/** What happened and nothing else: the field is there so that an answer is never empty. */
export const toldDone = (description: string) => z.literal(true).meta({ description, examples: [true] });

export const nextAfter = (of: string) =>
  orNull(
    toldText(`\`after\` of the next page of ${of}; null: this is the last`, "usr_5f2b9d0c8a714e6f93ab1c2d3e4f5061"),
  );

export const ids = {
  user: (description: string) => toldText(description, "usr_5f2b9d0c8a714e6f93ab1c2d3e4f5061"),
  organization: (description: string) => toldText(description, "org_topolo"),
  service: (description: string) => toldText(description, "srv_nexus"),
  session: (description: string) => toldText(description, "ses_0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f6"),
  key: (description: string) => toldText(description, "key_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
} as const;
