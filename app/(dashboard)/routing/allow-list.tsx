import { X } from "lucide-react";
import { useState } from "react";
import { TextField } from "../../_ui/field.tsx";
import { ModelField } from "./model-field.tsx";
import type { RoutingPart } from "./vendor-ranking.tsx";

interface AllowListProps extends RoutingPart {
  readonly models: readonly string[];
}

const searchedFrom = 8;

/** Which models may be called: the platform's default list, or those that are named here. */
export const AllowList = ({ draft: { modelAllowList }, readOnly, onChange, models }: AllowListProps) => {
  const [search, setSearch] = useState("");
  const named = modelAllowList ?? [];
  const shown = named.filter((pattern) => pattern.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div className="space-y-3">
      <fieldset disabled={readOnly} className="space-y-2">
        <legend className="sr-only">Models that may be called</legend>
        <label className="flex items-center gap-2.5">
          <input
            type="radio"
            name="allow"
            checked={modelAllowList === null}
            onChange={() => onChange({ modelAllowList: null })}
          />
          Those of the platform&apos;s default list
        </label>
        <label className="flex items-center gap-2.5">
          <input
            type="radio"
            name="allow"
            checked={modelAllowList !== null}
            onChange={() => onChange({ modelAllowList: [] })}
          />
          Only these
        </label>
      </fieldset>
      {modelAllowList !== null && (
        <>
          {named.length === 0 && <p className="text-bad">No model may be called. Name one, or a pattern.</p>}
          {named.length >= searchedFrom && (
            <TextField
              label="Search the list"
              type="search"
              value={search}
              maxLength={100}
              onChange={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          )}
          <ul aria-label="Models that may be called" className="flex max-h-72 flex-wrap gap-2 overflow-y-auto">
            {shown.map((pattern) => (
              <li key={pattern} className="flex min-h-8 items-center rounded-lg bg-raised pl-2.5 font-mono text-xs">
                <bdi className="min-w-0 wrap-anywhere">{pattern}</bdi>
                {readOnly ? (
                  <span className="w-2.5" />
                ) : (
                  <button
                    type="button"
                    aria-label={`Remove ${pattern}`}
                    onClick={() => onChange({ modelAllowList: named.filter((one) => one !== pattern) })}
                    className="grid size-8 place-items-center rounded-lg text-muted hover:text-ink"
                  >
                    <X className="size-3.5" />
                  </button>
                )}
              </li>
            ))}
          </ul>
          {!readOnly && (
            <ModelField
              label="A model, or a pattern as openai/*"
              action="Allow it"
              models={models.filter((one) => !named.includes(one))}
              placeholder="openai/*"
              onAdd={(pattern) => !named.includes(pattern) && onChange({ modelAllowList: [...named, pattern] })}
            />
          )}
        </>
      )}
    </div>
  );
};
