import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Credential = Awaited<
  ReturnType<NexusClient["credentials"]["listPlatformDefaults"]["query"]>
>["credentials"][number];
type Shown = Pick<Credential, "id" | "vendor" | "status" | "rotatedAt" | "createdAt" | "lastTest"> & {
  readonly label?: string;
};

const heads = ["VENDOR", "NAME", "STATUS", "STORED", "LAST TEST", "ID"];

const rowOf = ({ id, vendor, label = "", status, rotatedAt, createdAt, lastTest }: Shown): string[] => [
  vendor,
  label,
  status,
  rotatedAt ?? createdAt,
  lastTest === null ? "" : `${lastTest.outcome} ${lastTest.at}`,
  id,
];

const listed = (all: readonly Shown[], json: boolean | undefined): string => {
  if (json) return JSON.stringify(all);
  return all.length === 0 ? "None is stored." : table(heads, all.map(rowOf));
};

const testedOf = ({ lastTest }: Pick<Credential, "lastTest">): NonNullable<Credential["lastTest"]> => {
  if (lastTest !== null) return lastTest;
  throw new Error("a test leaves its result");
};

interface Options {
  readonly org?: string;
  readonly json?: boolean;
}

/** `nexus credential list|test`, `nexus vendor-key list|test`: stored secrets of vendors, and whether the vendors take them. */
export const credentialCommands = (program: Command, { say, failWith }: Terminal, withClient: CallGateway): void => {
  const tell = (test: NonNullable<Credential["lastTest"]>, json: boolean | undefined): void => {
    say(json ? JSON.stringify(test) : `${test.outcome}: ${test.message}`);
    if (test.outcome !== "works") failWith(1);
  };
  const credential = program
    .command("credential")
    .description("the credentials that Nexus manages; for platform administrators, as whom you are signed in");
  credential
    .command("list")
    .description("the platform's defaults, or the overrides of an organization")
    .option("--org <id>", "of this organization")
    .option("--json", "one JSON array")
    .action(({ org, json }: Options) =>
      withClient(async ({ credentials }) => {
        const { credentials: all } =
          org === undefined
            ? await credentials.listPlatformDefaults.query({})
            : await credentials.listOrganizationOverrides.query({ organizationId: org });
        say(listed(all, json));
      }),
    );
  credential
    .command("test <vendor>")
    .description("ask the vendor, at no cost, whether it takes the credential; exits with 1 unless it does")
    .option("--org <id>", "the override of this organization")
    .option("--json", "one JSON object")
    .action((vendor: string, { org, json }: Options) =>
      withClient(async ({ credentials }) => {
        const tested =
          org === undefined
            ? await credentials.testPlatformDefault.mutate({ vendor })
            : await credentials.testOrganizationOverride.mutate({ organizationId: org, vendor });
        tell(testedOf(tested), json);
      }),
    );
  const key = program.command("vendor-key").description("the organization's own vendor keys");
  key
    .command("list")
    .description("the keys, without their secrets")
    .option("--json", "one JSON array")
    .action(({ json }: Options) => withClient(async ({ keys }) => say(listed((await keys.list.query({})).keys, json))));
  key
    .command("test <id>")
    .description("ask the vendor, at no cost, whether it takes the key; exits with 1 unless it does")
    .option("--json", "one JSON object")
    .action((id: string, { json }: Options) =>
      withClient(async ({ keys }) => tell(testedOf(await keys.test.mutate({ id })), json)),
    );
};
