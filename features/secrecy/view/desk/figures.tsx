import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { call } from '../../../../web/connection.ts';
import { formatDate, formatNumber } from '../../../../web/format.ts';
import { Section } from '../../../../web/ui/rows.tsx';
import { className, strings } from '../../strings/desk.ts';

interface Figure {
  readonly what: string;
  readonly marked: number;
  readonly found: number;
  readonly recall: number;
  readonly recallLow: number;
  readonly harmless: number;
  readonly falseAlarms: number;
  readonly falseRate: number;
  readonly falseHigh: number;
}

const isFigure = (it: unknown): it is Figure =>
  typeof it === 'object' && it !== null && 'what' in it && 'recall' in it && 'falseRate' in it;

/** The list of figures, wherever the report keeps it. */
function figuresIn(report: Readonly<Record<string, unknown>>): readonly Figure[] {
  for (const it of Object.values(report)) if (Array.isArray(it) && it.some(isFigure)) return it.filter(isFigure);
  return [];
}

const DAY = /^\d{4}-\d\d-\d\d$/;

const share = (it: number): string => `${formatNumber(Math.round(it * 10_000) / 100)} %`;

/** How well the rules that came with the program do, as measured, with bounds. */
export function Figures() {
  const [report, setReport] = useState<Readonly<Record<string, unknown>> | null>();
  useEffect(() => {
    call('secrecy.figures', {}).then(
      (it) => setReport(it.figures),
      () => setReport(null),
    );
  }, []);
  if (report === undefined) return null;
  const figures = report ? figuresIn(report) : [];
  const day = report?.['measured'];
  return (
    <Section title={strings('figures')}>
      {figures.length === 0 ? (
        <p class="guard-help">{strings('figuresNone')}</p>
      ) : (
        <>
          {typeof day === 'string' && DAY.test(day) ? (
            <p class="guard-help">{strings('figuresMeasured', { day: formatDate(`${day}T12:00:00+07:00`) })}</p>
          ) : null}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
          <div class="desk-scroll" role="region" aria-label={strings('figuresClass')} tabIndex={0}>
            <table class="desk-table">
              <thead>
                <tr>
                  <th scope="col">{strings('figuresClass')}</th>
                  <th scope="col">{strings('found')}</th>
                  <th scope="col">{strings('falseAlarms')}</th>
                </tr>
              </thead>
              <tbody>
                {figures.map((it) => (
                  <tr key={it.what}>
                    <th scope="row">{className(it.what)}</th>
                    <td>
                      <Share n={it.found} all={it.marked} rate={it.recall}>
                        {strings('atLeast', { share: share(it.recallLow) })}
                      </Share>
                    </td>
                    <td>
                      <Share n={it.falseAlarms} all={it.harmless} rate={it.falseRate}>
                        {strings('atMost', { share: share(it.falseHigh) })}
                      </Share>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Section>
  );
}

/** A share with its bound, over how many it was measured on. */
function Share({ n, all, rate, children }: { n: number; all: number; rate: number; children: ComponentChildren }) {
  if (all === 0) return <>{strings('none')}</>;
  return (
    <>
      <span class="desk-share">{share(rate)}</span> <span class="desk-bound">{children}</span>
      <span class="desk-code">{strings('figuresOf', { n: formatNumber(n), all: formatNumber(all) })}</span>
    </>
  );
}
