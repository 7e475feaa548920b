import type { OperationAnswer } from "../_data/answers.ts";
import { wordOfPayment } from "./payments/payment-words.tsx";

const mails: Readonly<Record<string, string>> = {
  "email.send": "E-mail",
  "email.sendBatch": "E-mails",
};

/** What a call was, in the words of its family: a model, a mail, a payment with its reference. */
export const titleOfCall = ({
  model,
  operation,
  payment,
}: Pick<OperationAnswer, "model" | "operation" | "payment">): string => {
  if (model !== null) return model;
  if (!operation.startsWith("payments.")) return mails[operation] ?? operation;
  return [wordOfPayment(operation), payment?.reference].filter(Boolean).join(" ");
};
