import { Download, FileText } from 'lucide';

import { formatDate, formatSize } from '../../../web/format.ts';
import { LinkButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import type { Text } from '../protocol.ts';
import { FORMS } from '../rules.ts';
import type { Form, RegulationDocument } from '../rules.ts';
import { closed, MOTTO, NATION, numberWords, outlineOf, placeWords } from '../rules/outline.ts';
import { strings } from '../strings.ts';
import '../regulation.css';

/** “Bản 2, có hiệu lực từ 01/11/2026” */
export function versionWords({ version, at }: Pick<Text, 'version' | 'at'>): string {
  return strings('version', { n: String(version), day: formatDate(at) });
}

/** What a regulation says, as the decree lays it out; in Vietnamese whatever the language of the screen. */
export function RegulationText({ document }: { document: RegulationDocument }) {
  const recipients = closed(document.recipients, '- ');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it may be all that scrolls in a sheet
    <article class="regulation-text" lang="vi" tabIndex={0} aria-label={document.title}>
      <header class="regulation-head">
        <p>
          {document.superior ? <span class="regulation-superior">{document.superior}</span> : null}
          <strong>{document.agency}</strong>
          <span>{numberWords(document)}</span>
        </p>
        <p>
          <strong>{NATION}</strong>
          <strong>{MOTTO}</strong>
          <em>{placeWords(document)}</em>
        </p>
      </header>
      <h2>
        <span>Quy chế</span> {document.title}
      </h2>
      {closed(document.bases).map((it, at) => (
        <p key={at} class="regulation-basis">
          {it}
        </p>
      ))}
      {document.opening ? <p>{document.opening}</p> : null}
      {outlineOf(document.items).map((entry, at) =>
        entry.kind === 'chapter' ? (
          <h3 key={at} class="regulation-chapter">
            <span>{entry.label}</span> {entry.title}
          </h3>
        ) : (
          <section key={at}>
            <h4>
              {entry.label} {entry.title}
            </h4>
            {entry.clauses.map((clause, line) => (
              <p key={line} class={clause.label === '-' || clause.label.endsWith(')') ? 'regulation-point' : undefined}>
                {clause.label ? `${clause.label} ` : ''}
                {clause.text}
              </p>
            ))}
          </section>
        ),
      )}
      <footer class="regulation-end">
        <p class="regulation-signature">
          {[...document.authority.split('\n'), document.position].filter(Boolean).map((it, at) => (
            <strong key={at}>{it}</strong>
          ))}
          <strong class="regulation-signer">{document.signer}</strong>
        </p>
        {recipients.length > 0 ? (
          <div class="regulation-recipients">
            <p>
              <strong>Nơi nhận:</strong>
            </p>
            {recipients.map((it, at) => (
              <p key={at}>{it}</p>
            ))}
          </div>
        ) : null}
      </footer>
    </article>
  );
}

/** A regulation that is a file: its name, kind and size. */
export function FileCard({ file }: { file: NonNullable<Text['file']> }) {
  return (
    <div class="regulation-file">
      <span class={`regulation-kind regulation-kind-${file.form}`}>
        <Icon of={FileText} size={20} />
      </span>
      <span class="regulation-file-words">
        <span class="cut-2">{file.name}</span>
        <span class="regulation-file-size">
          {file.form.toUpperCase()} · {formatSize(file.size)}
        </span>
      </span>
    </div>
  );
}

/** Where a regulation can be had as a file. */
export function Downloads({ id, file }: { id: string; file: Text['file'] }) {
  const forms: readonly Form[] = file ? [file.form] : FORMS.toReversed();
  return (
    <p class="regulation-downloads">
      {forms.map((form) => (
        <LinkButton key={form} look="outline" size="small" icon={Download} href={`/regulations/${id}/${form}`} download>
          {strings('download', { form: form.toUpperCase() })}
        </LinkButton>
      ))}
    </p>
  );
}
