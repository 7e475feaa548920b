import type { MovedMoney } from "../../../contracts/payments/money.ts";

/** None of a currency. */
export const noneOf = (like: MovedMoney | null): MovedMoney | null => like && { ...like, amount: "0" };

/** Whether some was moved. */
export const isSome = (money: MovedMoney | null): money is MovedMoney => money !== null && money.amount !== "0";
