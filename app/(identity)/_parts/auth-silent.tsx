import { WideButton } from "./wide-button.tsx";

/** Auth cannot be asked: that signs nobody out, and no form is shown for it. */
export const AuthSilent = ({ onRetry }: { readonly onRetry: () => void }) => (
  <div role="alert" className="space-y-4">
    <p>Topolo Auth cannot be reached. This does not sign you out; the page keeps trying.</p>
    <WideButton onClick={onRetry}>Try now</WideButton>
  </div>
);
