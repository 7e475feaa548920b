import { userInfo } from "node:os";
import { operatorNamed, type OperatorContext } from "../contracts/operator.ts";

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A container's user need not have a name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
};

/** Whoever runs a command, by the name the operating system knows: on record with what they change. */
export const operatorAtConsole = (): OperatorContext => operatorNamed(userName());
