import { useEffect, useState } from 'preact/hooks';
import { ShieldCheck, ShieldQuestionMark, ShieldX } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call, isUnreachable } from '../../../web/connection.ts';
import { formatDateTime, formatSize } from '../../../web/format.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { filePath } from '../../files/rules.ts';
import type { Report, Reported, WholeReport } from '../protocol.ts';
import { NOTE_LEAST, NOTE_MOST } from '../rules.ts';
import { strings } from '../strings.ts';
import { groupName, nameOf } from './names.ts';

interface DecideSheetProps {
  report: Report;
  onDecided: () => void;
  onClose: () => void;
}

/** Who reported it and why; the message, once it was opened; the decision. Closed, nothing of it is left on this device. */
export function DecideSheet({ report, onDecided, onClose }: DecideSheetProps) {
  const [whole, setWhole] = useState<WholeReport>();
  const [trouble, setTrouble] = useState<unknown>();
  const [said, setSaid] = useState<Reported>();
  const [busy, setBusy] = useState<'open' | 'withdraw' | 'dismiss'>();
  const [error, setError] = useState<string>();
  const [note, setNote] = useState('');
  // One act each, however often its answer is lost.
  const [opening] = useState(() => newId());
  const [deciding] = useState(() => ({ withdraw: newId(), dismiss: newId() }));

  const load = (): void => {
    setTrouble(undefined);
    call('report.get', { report: report.id }).then(({ report: it }) => setWhole(it), setTrouble);
  };
  useEffect(load, []);

  async function open(): Promise<void> {
    const sure = await confirm({
      title: strings('openTitle'),
      text: strings('openText', { group: groupName(report) }),
      yes: strings('openMessage'),
    });
    if (!sure) return;
    setBusy('open');
    setError(undefined);
    try {
      await call('report.open', { report: report.id }, { id: opening });
      setSaid(await call('report.read', { report: report.id, act: opening }));
    } catch (why) {
      setError(refusalWords(why));
    }
    setBusy(undefined);
  }

  async function decide(decision: 'withdraw' | 'dismiss'): Promise<void> {
    const words = note.trim();
    if (Array.from(words).length < NOTE_LEAST) return setError(strings('tooShort', { n: NOTE_LEAST }));
    if (decision === 'withdraw') {
      const sure = await confirm({
        title: strings('withdrawTitle'),
        text: strings('withdrawText'),
        yes: strings('withdraw'),
        danger: true,
      });
      if (!sure) return;
    }
    setBusy(decision);
    setError(undefined);
    try {
      const wish = { report: report.id, decision, note: words };
      const { withdrawal } = await call('report.decide', wish, { id: deciding[decision] });
      setSaid(undefined);
      onDecided();
      if (withdrawal) {
        const { minute } = await call('report.minute', { withdrawal });
        const { messages, groups } = minute.removed;
        showToast({ words: strings('withdrawn', { n: messages, groups }), icon: ShieldX });
        navigate(`/admin/reports/${withdrawal}`);
      } else showToast({ words: strings('dismissed'), icon: ShieldCheck });
    } catch (why) {
      setError(refusalWords(why));
      setBusy(undefined);
    }
  }

  return (
    <Sheet
      title={groupName(report)}
      subtitle={strings('sentBy', { sender: nameOf(report.sender), time: formatDateTime(report.sentAt) })}
      size="large"
      onClose={onClose}
      foot={
        <div class="reports-acts">
          <Button look="danger" icon={ShieldX} busy={busy === 'withdraw'} onPress={() => void decide('withdraw')}>
            {strings('withdraw')}
          </Button>
          <Button look="outline" icon={ShieldCheck} busy={busy === 'dismiss'} onPress={() => void decide('dismiss')}>
            {strings('dismiss')}
          </Button>
        </div>
      }
    >
      {trouble !== undefined ? <Trouble error={trouble} onRetry={load} /> : null}
      {whole ? <Voices report={whole} /> : null}
      {said ? (
        <Said said={said} />
      ) : report.recalled ? (
        <p class="reports-part">{strings('nothingLeft')}</p>
      ) : (
        <Button look="outline" icon={ShieldQuestionMark} busy={busy === 'open'} onPress={() => void open()}>
          {strings('openMessage')}
        </Button>
      )}
      <section class="reports-part">
        <h3>{strings('verdict')}</h3>
        <ReasonField
          label={strings('verdictNote')}
          help={strings('verdictHelp', { n: NOTE_LEAST })}
          ready={[strings('readyWithdraw1'), strings('readyWithdraw2'), strings('readyDismiss')]}
          readyLabel={strings('readyLabel')}
          value={note}
          onInput={(next) => {
            setNote(next);
            setError(undefined);
          }}
          most={NOTE_MOST}
          required
        />
      </section>
      {error ? (
        <p class="reports-error" role="alert">
          {error}
        </p>
      ) : null}
    </Sheet>
  );
}

function Voices({ report }: { report: WholeReport }) {
  return (
    <>
      <section class="reports-part">
        <h3>{strings('voices')}</h3>
        <ul class="reports-list">
          {report.voices.map((it) => (
            <li key={`${it.by?.id} ${it.at}`}>
              {nameOf(it.by)} · {formatDateTime(it.at)} · {it.reason || strings('noReason')}
            </li>
          ))}
        </ul>
      </section>
      {report.openings.length > 0 ? (
        <section class="reports-part">
          <h3>{strings('openings')}</h3>
          <ul class="reports-list">
            {report.openings.map((it) => (
              <li key={it.at}>
                {nameOf(it.by)} · {formatDateTime(it.at)}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

/** Pictures are shown and never downloaded; of other files only what they are called. */
function Said({ said }: { said: Reported }) {
  const texts = said.thing.length > 0 ? said.thing.map((text) => ({ text, at: undefined })) : said.versions;
  return (
    <section class="reports-part" aria-label={strings('content')}>
      <h3>{strings('content')}</h3>
      <p>{strings('contentHelp')}</p>
      <div class="reports-opened">
        {texts.map(({ text, at }, n) => (
          <p key={n} class="reports-text">
            {said.thing.length === 0 && texts.length > 1 ? `${strings('version', { n: n + 1 })}: ` : null}
            {text || strings('noText')}
            {at === undefined || texts.length === 1 ? null : ` · ${formatDateTime(at)}`}
          </p>
        ))}
        {said.files.map((it) => (
          <div key={it.id}>
            {it.kind === 'photo' || it.preview ? (
              <img class="reports-picture" src={filePath(it.id, 'screen')} alt={it.name} />
            ) : null}
            <p>
              {it.name} · {formatSize(it.bytes)}
            </p>
          </div>
        ))}
      </div>
    </section>
  );
}

function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offline');
  if (!(error instanceof Problem)) return strings('failed');
  if (error.code === 'secrecy.marked') return strings('noteGuarded');
  if (error.code === 'report.decided') return strings('decidedMeanwhile');
  if (error.code === 'report.nothing_left') return strings('nothingLeft');
  return strings(error.code === 'not_found' ? 'gone' : 'failed');
}
