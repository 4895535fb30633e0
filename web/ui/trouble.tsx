import { CloudOff } from 'lucide';
import { Problem } from '../../protocol/problem.ts';
import { isUnreachable } from '../connection.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { EmptyState, ErrorState, Gone } from './states.tsx';

/** What stands in place of a screen that could not be fetched: no line, nothing there, or our fault with its id. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (isUnreachable(error)) {
    return (
      <EmptyState
        icon={CloudOff}
        title={strings('codeMissing')}
        text={strings('codeMissingText')}
        action={onRetry ? <Button onPress={onRetry}>{strings('retry')}</Button> : undefined}
        announce
      />
    );
  }
  if (error instanceof Problem && (error.code === 'not_found' || error.code === 'forbidden')) return <Gone />;
  const id = error instanceof Problem ? error.details['id'] : undefined;
  return <ErrorState faultId={typeof id === 'string' ? id : undefined} onRetry={onRetry} />;
}
