"use client";

import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { listAt, textAt } from "../../_auth-api/read-answer.ts";

const readWords = (field: "scopes" | "permissions", name: "scope" | "permission") => (body: unknown) =>
  new Map(listAt(body, field, (each) => [textAt(each, name), textAt(each, "description")]));

const wordsOfScopes = readWords("scopes", "scope");
const wordsOfPermissions = readWords("permissions", "permission");

interface RightsProps {
  readonly rights: readonly string[];
  readonly words: ReadonlyMap<string, string> | undefined;
}

const Rights = ({ rights, words }: RightsProps) =>
  rights.map((right) => (
    <span key={right} title={right} className="rounded-md bg-raised px-1.5 py-0.5 text-xs font-medium text-muted">
      {words?.get(right) ?? right}
    </span>
  ));

const inRow = "flex flex-wrap gap-1.5";

const ScopesOfService = ({ service, scopes }: { readonly service: string; readonly scopes: readonly string[] }) => {
  const words = useAuthAnswer(`/api/services/${encodeURIComponent(service)}/api-key-scopes`, wordsOfScopes).data;
  return <Rights rights={scopes} words={words} />;
};

/** What a key may do, in words; the scopes' own names are the titles. */
export const WordsOfScopes = ({ scopes }: { readonly scopes: readonly string[] }) => {
  const byService = Map.groupBy(scopes, (scope) => scope.split(".", 1)[0] ?? "");
  return (
    <p className={inRow}>
      {[...byService].map(([service, ofService]) => (
        <ScopesOfService key={service} service={service} scopes={ofService} />
      ))}
    </p>
  );
};

/** What a service token may do, in words; the permissions' own names are the titles. */
export const WordsOfPermissions = ({
  service,
  permissions,
}: {
  readonly service: string;
  readonly permissions: readonly string[];
}) => {
  const words = useAuthAnswer(`/api/services/${service}/permissions`, wordsOfPermissions).data;
  return (
    <p className={inRow}>
      <Rights rights={permissions} words={words} />
    </p>
  );
};
