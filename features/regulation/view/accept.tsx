import { useEffect, useState } from 'preact/hooks';
import { CircleAlert } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { outlineOf } from '../rules/outline.ts';
import type { Regulations } from '../state.ts';
import { strings } from '../strings.ts';
import { strings as card } from '../strings/card.ts';
import { Downloads, FileCard, RegulationText, versionWords } from './text.tsx';
import { refusalWords } from './words.ts';
import '../regulation.css';

/** Lines of the regulation shown before “Đọc toàn văn”. */
const FIRST_LINES = 3;

/** Reading and accepting: nothing is ticked beforehand, and reading is possible without accepting. */
export function AcceptSheet({ state, group, onClose }: { state: Regulations; group: string; onClose: () => void }) {
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const current = state.get(group)?.current;
  const online = state.online;
  useEffect(() => {
    state.fetch(group).then(
      () => setTrouble(undefined),
      (error: unknown) => setTrouble(error),
    );
  }, [group, online]);

  const [ticked, setTicked] = useState<number>();
  const [whole, setWhole] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const version = current?.version;
  // What was ticked was the version then shown: a newer one is to be read anew.
  const agreed = ticked !== undefined && ticked === version;

  async function accept(): Promise<void> {
    if (version === undefined || !agreed) {
      setRefusal(strings('tickFirst'));
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    try {
      await state.accept(group, version);
      onClose();
      showToast(strings('acceptedToast'));
    } catch (error) {
      setTicked(undefined);
      if (error instanceof Problem && error.code === 'regulation.superseded') void state.fetch(group).catch(() => {});
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={card('ofGroup')}
      subtitle={current ? versionWords(current) : undefined}
      onClose={onClose}
      size="medium"
      full={whole}
      foot={
        current ? (
          <div class="regulation-accept">
            {refusal ? (
              <p class="regulation-refusal" role="alert">
                <Icon of={CircleAlert} size={16} />
                <span>{refusal}</span>
              </p>
            ) : null}
            <CheckboxRow
              label={strings('tick')}
              checked={agreed}
              onChange={(on) => {
                setTicked(on ? version : undefined);
                setRefusal(undefined);
              }}
            />
            <p class="regulation-buttons">
              <Button look="outline" onPress={onClose}>
                {strings('later')}
              </Button>
              <Button
                wide
                busy={busy}
                reason={!online ? strings('needsLine') : agreed ? undefined : strings('tickFirst')}
                onPress={() => void accept()}
              >
                {strings('accept')}
              </Button>
            </p>
          </div>
        ) : undefined
      }
    >
      {current ? (
        <>
          <p class="regulation-why">{card(state.get(group)!.accepted > 0 ? 'changed' : 'needed')}</p>
          {current.document === null ? (
            <div class="regulation-first">
              <p class="regulation-first-title">{current.title}</p>
              {current.file ? <FileCard file={current.file} /> : null}
              <p>{strings('fileHelp')}</p>
              <Downloads id={current.id} file={current.file} />
            </div>
          ) : whole ? (
            <>
              <RegulationText document={current.document} />
              <Downloads id={current.id} file={current.file} />
            </>
          ) : (
            <div class="regulation-first">
              <p class="regulation-first-title">{current.title}</p>
              <ul lang="vi">
                {outlineOf(current.document.items)
                  .filter((it) => it.kind === 'article')
                  .slice(0, FIRST_LINES)
                  .map((it) => (
                    <li key={it.label}>
                      {it.label} {it.title}
                    </li>
                  ))}
              </ul>
              <Button look="text" icon={icons.regulation} onPress={() => setWhole(true)}>
                {strings('readAll')}
              </Button>
            </div>
          )}
        </>
      ) : trouble !== undefined ? (
        <Trouble error={trouble} />
      ) : (
        <Skeleton kind="text" rows={6} />
      )}
    </Sheet>
  );
}
