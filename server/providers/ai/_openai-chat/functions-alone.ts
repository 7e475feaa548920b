import { arrayAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { failure } from "../../_wire/vendor-failure.ts";

/** Refuses every tool that is no function of the caller's: searches and code that run at the vendor have fees of their own. */
export const functionsAlone = (body: JsonRecord): void => {
  if (arrayAt(body, "tools").every((tool) => stringAt(tool, "type") === "function")) return;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
    { message: "The field tools is not offered with anything but functions." },
  );
};
