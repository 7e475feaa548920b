import type { TRPCProcedureOptions } from "@trpc/client";
import type { NexusClient } from "./nexus-client.ts";
import type { NexusInputs, NexusOutputs } from "./types.ts";

type SendInput = NexusInputs["email"]["send"];
type SendOutput = NexusOutputs["email"]["send"];

/** An element of React, by its shape: the client needs React neither to be installed nor to be typed. */
export interface ReactElementLike {
  readonly type: unknown;
  readonly props: unknown;
  readonly key: string | null;
}

/** A mail whose HTML is a React element; its text is made from it where none is given. */
export type ReactMail = Omit<SendInput, "html"> & { readonly react: ReactElementLike };

/** Sends mail: as `email.send` takes it, or with a React element in place of `html`. */
export interface EmailSender {
  readonly send: (mail: SendInput | ReactMail, options?: TRPCProcedureOptions) => Promise<SendOutput>;
}

/** `@react-email/render` is missing: it is an optional peer, needed for React elements alone. */
export class ReactRendererMissingError extends Error {
  constructor(cause: unknown) {
    super("A React element is rendered with @react-email/render and react: install both in the app.", { cause });
    this.name = "ReactRendererMissingError";
  }
}

interface Renderer {
  readonly render: (element: ReactElementLike) => Promise<string>;
  readonly toPlainText: (html: string) => string;
}

const isRenderer = (found: unknown): found is Renderer =>
  typeof found === "object" &&
  found !== null &&
  "render" in found &&
  typeof found.render === "function" &&
  "toPlainText" in found &&
  typeof found.toPlainText === "function";

const openRenderer = async (): Promise<Renderer> => {
  const found: unknown = await import("@react-email/render").catch((error: unknown) => {
    throw new ReactRendererMissingError(error);
  });
  if (!isRenderer(found)) throw new ReactRendererMissingError(new Error("its version has no render and toPlainText"));
  return found;
};

const hasElement = (mail: SendInput | ReactMail): mail is ReactMail => "react" in mail;

/**
 * Renders on the app's side: Nexus is sent HTML and text, never an element.
 *
 * @example
 * const { send } = createEmailSender(nexus);
 * await send({ from: "app@example.com", to: ["ann@example.org"], subject: "Welcome", react: <Welcome name="Ann" /> });
 */
export const createEmailSender = (nexus: Pick<NexusClient, "email">): EmailSender => ({
  send: async (mail, options) => {
    if (!hasElement(mail)) return nexus.email.send.mutate(mail, options);
    const { react, text, ...rest } = mail;
    const { render, toPlainText } = await openRenderer();
    const html = await render(react);
    return nexus.email.send.mutate({ ...rest, html, text: text ?? toPlainText(html) }, options);
  },
});
