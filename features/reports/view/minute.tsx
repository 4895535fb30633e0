import { useEffect, useState } from 'preact/hooks';
import { Download, Printer, RotateCw } from 'lucide';

import { call } from '../../../web/connection.ts';
import { download } from '../../../web/download.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Minute } from '../protocol.ts';
import { numberOf, sectionsOf } from '../state/minute.ts';
import { strings } from '../strings/minute.ts';
import './reports.css';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** The minute of a withdrawal: to be read, printed, or kept as a document. */
export function MinuteScreen({ params }: ScreenProps) {
  const { withdrawal = '' } = params;
  const [minute, setMinute] = useState<Minute>();
  const [trouble, setTrouble] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const load = (): void => {
    setTrouble(undefined);
    call('report.minute', { withdrawal }).then(({ minute: it }) => setMinute(it), setTrouble);
  };
  useEffect(load, [withdrawal]);

  async function fetchDocument(it: Minute): Promise<void> {
    setBusy(true);
    try {
      const { minuteDocument } = await import('./minute-docx.ts');
      const number = numberOf(it).replace('/', '-');
      download(`${strings('fileName', { number })}.docx`, await minuteDocument(it), DOCX);
    } catch {
      showToast({ words: strings('failed'), icon: null });
    }
    setBusy(false);
  }

  return (
    <Page
      title={strings('screen')}
      lane="form"
      backTo="/admin/reports"
      actions={minute ? <IconButton icon={RotateCw} label={strings('again')} onPress={load} /> : undefined}
    >
      {trouble !== undefined ? (
        <Trouble error={trouble} onRetry={load} />
      ) : !minute ? (
        <Skeleton kind="text" rows={8} />
      ) : (
        <>
          <div class="reports-acts minute-acts">
            <Button icon={Download} busy={busy} onPress={() => void fetchDocument(minute)}>
              {strings('fetch')}
            </Button>
            <Button look="outline" icon={Printer} onPress={() => window.print()}>
              {strings('print')}
            </Button>
          </div>
          <Paper minute={minute} />
        </>
      )}
    </Page>
  );
}

function Paper({ minute }: { minute: Minute }) {
  return (
    <article class="minute">
      <header class="minute-head">
        <p>
          <b>{minute.agency}</b>
          <br />
          {strings('number', { number: numberOf(minute) })}
        </p>
        <p>
          <b>{strings('nation')}</b>
          <br />
          {strings('motto')}
        </p>
      </header>
      <h2 class="minute-title">{strings('title')}</h2>
      <p class="minute-about">{strings('about')}</p>
      {sectionsOf(minute).map(({ heading, lines }) => (
        <section key={heading}>
          <h3>{heading}</h3>
          <ul>
            {lines.map((it, at) => (
              <li key={at}>{it}</li>
            ))}
          </ul>
        </section>
      ))}
      <p class="minute-foot">{strings('notContent')}</p>
      <div class="minute-signs">
        <p>
          <b>{strings('signOperator')}</b>
          <br />
          {strings('signed')}
        </p>
        <p>
          <b>{strings('signOfficer')}</b>
          <br />
          {strings('signed')}
        </p>
      </div>
    </article>
  );
}
