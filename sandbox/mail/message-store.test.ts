import { expect, it } from "vitest";
import { createMessageStore } from "./message-store.ts";

const mail = {
  receivedAt: "",
  from: "",
  to: ["a@example.com"],
  text: "",
  html: "",
  via: "smtp",
  attachments: [],
  source: "",
};

it("forgets the oldest beyond its bound and never gives an id twice", () => {
  const store = createMessageStore(2);
  for (const subject of ["1", "2", "3"]) store.add({ ...mail, subject });
  expect(store.list().map(({ subject }) => subject)).toEqual(["3", "2"]);
  expect(store.find(1)).toBeUndefined();
  store.clear();
  store.add({ ...mail, subject: "4" });
  expect(store.list()).toMatchObject([{ id: 4, subject: "4" }]);
});
