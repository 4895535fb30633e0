import { useRef, useState } from 'preact/hooks';
import { FileSearch, ShieldCheck, ShieldX } from 'lucide';

import { newId } from '../../../../protocol/id.ts';
import { call } from '../../../../web/connection.ts';
import { asBase64 } from '../../../../web/download.ts';
import { formatSize } from '../../../../web/format.ts';
import { Button } from '../../../../web/ui/button.tsx';
import { DropZone } from '../../../../web/ui/drop-zone.tsx';
import { TextArea } from '../../../../web/ui/field.tsx';
import { Icon } from '../../../../web/ui/icon.tsx';
import type { Tried } from '../../protocol/ruleset.ts';
import { TRY_FILE_MOST, TRY_TEXT_MOST } from '../../rules.ts';
import { ruleName, strings } from '../../strings/desk.ts';
import { refusalWords } from './trouble.ts';

/** What the rules in force say of a text or a file. Nothing of it is kept, on this device either. */
export function TryOut() {
  const [text, setText] = useState('');
  const [tried, setTried] = useState<Tried>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState<'text' | 'file'>();
  const input = useRef<HTMLInputElement>(null);
  const run = async (what: 'text' | 'file', ask: () => Promise<Tried>): Promise<void> => {
    setBusy(what);
    setTried(undefined);
    setError(undefined);
    try {
      setTried(await ask());
    } catch (caught) {
      setError(refusalWords(caught));
    } finally {
      setBusy(undefined);
    }
  };
  const look = (file: File | undefined): void => {
    if (!file) return;
    if (file.size > TRY_FILE_MOST) return setError(strings('tooLarge', { most: formatSize(TRY_FILE_MOST) }));
    void run('file', async () =>
      call(
        'ruleset.tryFile',
        { name: file.name, file: await asBase64(file) },
        { id: newId(), timeoutMs: 180_000, door: 'http' },
      ),
    );
  };
  return (
    <div class="desk-try">
      <p class="guard-about">{strings('tryHelp')}</p>
      <TextArea label={strings('tryText')} value={text} maxLength={TRY_TEXT_MOST} onInput={setText} />
      <p class="desk-bar">
        <Button
          disabled={text.trim() === ''}
          busy={busy === 'text'}
          onPress={() => void run('text', () => call('ruleset.try', { text }))}
        >
          {strings('tryRun')}
        </Button>
      </p>
      <DropZone onDrop={look}>
        <Button look="outline" icon={FileSearch} busy={busy === 'file'} onPress={() => input.current?.click()}>
          {strings('tryFile')}
        </Button>
        <p class="guard-about">{strings('tryDrop', { most: formatSize(TRY_FILE_MOST) })}</p>
      </DropZone>
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const box = event.currentTarget;
          look(box.files?.[0]);
          box.value = '';
        }}
      />
      <div role="status">
        {tried ? <Answer tried={tried} /> : null}
        {error ? <p class="desk-error">{error}</p> : null}
      </div>
    </div>
  );
}

function Answer({ tried: { refused, unchecked, rules, handling } }: { tried: Tried }) {
  return (
    <div class={refused ? 'guard-card' : 'desk-passed'}>
      <p class="guard-title">
        <Icon of={refused ? ShieldX : ShieldCheck} size={20} />
        {strings(unchecked ? 'tryUnchecked' : refused ? 'tryRefused' : 'tryPassed')}
      </p>
      <p class="guard-text">{rules.length > 0 ? strings('tryRules') : strings('tryNoRules')}</p>
      <ul class="desk-terms">
        {rules.map((it) => (
          <li key={it}>
            {ruleName(it)} <code class="desk-code">{it}</code>
          </li>
        ))}
      </ul>
      {handling ? (
        <p class="guard-text">{strings(handling === 'internal' ? 'handlingInternal' : 'handlingReturn')}</p>
      ) : null}
    </div>
  );
}
