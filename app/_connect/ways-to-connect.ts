import type { ConnectFacts, ConnectGroup } from "./connection.ts";
import { sdkWays } from "./sdk-ways.ts";
import { toolWays } from "./tool-ways.ts";

/** Every way to call the gateway, with what is to be copied: the page Connect, the documentation and new keys show these. */
export const waysToConnect = (connection: ConnectFacts): readonly ConnectGroup[] => [
  { label: "Programs", ways: sdkWays(connection) },
  { label: "Coding tools", ways: toolWays(connection) },
];
