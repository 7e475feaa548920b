import { ModelField } from "./model-field.tsx";
import { OrderedList } from "./ordered-list.tsx";
import type { RoutingPart } from "./vendor-ranking.tsx";

interface FallbackChainsProps extends RoutingPart {
  readonly models: readonly string[];
}

const itself = (model: string): string => model;

/** Whether a call may move on, and to which models. */
export const FallbackChains = ({
  draft: { fallback, fallbackModels },
  readOnly,
  onChange,
  models,
}: FallbackChainsProps) => {
  const set = (model: string, chain: readonly string[]): void => {
    const { [model]: _before, ...others } = fallbackModels;
    onChange({ fallbackModels: chain.length === 0 ? others : { ...fallbackModels, [model]: [...chain] } });
  };
  return (
    <div className="space-y-4">
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          className="mt-1 size-4 shrink-0"
          checked={fallback}
          disabled={readOnly}
          onChange={({ currentTarget }) => onChange({ fallback: currentTarget.checked })}
        />
        <span>
          A call may move on to another route
          <span className="block text-sm text-muted">
            Only before its answer has begun, and never where a vendor may have done what was asked.
          </span>
        </span>
      </label>
      {Object.entries(fallbackModels).map(([model, chain]) => (
        <section key={model} aria-label={`Chain of ${model}`} className="rounded-lg border border-line px-4 py-2">
          <h3 className="text-sm font-medium wrap-anywhere">{model}, then</h3>
          <OrderedList
            label={`Models after ${model}`}
            items={chain}
            nameOf={itself}
            readOnly={readOnly}
            onChange={(next) => set(model, next)}
          />
          {!readOnly && chain.length < 10 && (
            <ModelField
              label={`Another model after ${model}`}
              action="Add"
              models={models.filter((one) => one !== model && !chain.includes(one))}
              onAdd={(next) => next !== model && !chain.includes(next) && set(model, [...chain, next])}
            />
          )}
        </section>
      ))}
      {!readOnly && (
        <ModelField
          label="Model that needs a chain"
          action="Begin a chain"
          models={models.filter((one) => !Object.hasOwn(fallbackModels, one))}
          onAdd={(model) =>
            !Object.hasOwn(fallbackModels, model) && onChange({ fallbackModels: { ...fallbackModels, [model]: [] } })
          }
        />
      )}
    </div>
  );
};
