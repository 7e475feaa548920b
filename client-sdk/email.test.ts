import { createElement } from "react";
import { expect, it } from "vitest";
import { createEmailSender } from "@topolo/nexus-client/email";
import type { NexusClient, NexusInputs } from "@topolo/nexus-client";

type Sent = NexusInputs["email"]["send"];

/** What would have been sent. */
const recording = () => {
  const sent: Sent[] = [];
  const client = {
    email: {
      send: {
        mutate: async (mail: Sent) => {
          sent.push(mail);
          return undefined;
        },
      },
    },
  };
  // Only `email.send.mutate` is called, and what it answers is passed on.
  return { sent, nexus: client as unknown as Pick<NexusClient, "email"> };
};

const Welcome = ({ name }: { readonly name: string }) =>
  createElement("html", null, createElement("p", null, "Hello ", createElement("b", null, name), " & welcome"));

const mail = { from: "app@example.com", to: ["ann@example.org"], subject: "Welcome" };

it("a React element is sent as the HTML and the text that it is, and never as an element", async () => {
  const { sent, nexus } = recording();
  await createEmailSender(nexus).send({ ...mail, react: createElement(Welcome, { name: "<Ann>" }) });
  expect(sent).toHaveLength(1);
  const { html = "", text = "", ...rest } = sent[0] ?? { ...mail, html: undefined, text: undefined };
  expect(rest).toEqual(mail);
  expect(html).toContain("&lt;Ann&gt;");
  expect(html).toContain("<b>");
  expect(text).toContain("Hello");
  expect(text).not.toMatch(/<b>|<p>/);
});

it("a text of one's own stays, and mail without an element is sent as it is", async () => {
  const { sent, nexus } = recording();
  const { send } = createEmailSender(nexus);
  await send({ ...mail, text: "Mine.", react: createElement(Welcome, { name: "Ann" }) });
  await send({ ...mail, text: "Plain." });
  expect(sent.map(({ text }) => text)).toEqual(["Mine.", "Plain."]);
  expect(sent[1]).not.toHaveProperty("html");
});
