import type { ShownFailure } from "../_ui/failure-notice.tsx";

const textAt = (value: object, name: string): string | undefined => {
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
};

/** What can be told of anything that was thrown. */
export const failureOf = (error: unknown): ShownFailure => {
  if (typeof error !== "object" || error === null)
    return { message: "Something went wrong.", code: undefined, requestId: undefined };
  return {
    message: textAt(error, "message") ?? "Something went wrong.",
    code: textAt(error, "code"),
    requestId: textAt(error, "requestId"),
  };
};
