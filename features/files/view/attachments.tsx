import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { PartProps } from '../../messages/view/place.ts';
import { boxOf, isPicture } from '../rules/layout.ts';
import './attachments.css';

/** What draws files comes with the first message that has some; until then their room is kept. */
const shown = later(() => import('./shown.tsx'));

function useShown() {
  useEffect(() => void shown.fetch(), []);
  return shown.it.value;
}

/** Photos and videos of a message: above its words. */
export function Pictures(props: PartProps) {
  const { line, pending } = props;
  if (pending?.form.files) return <Pending {...props} of="pictures" />;
  const pictures = line.files?.filter(isPicture) ?? [];
  return pictures.length > 0 ? <SomePictures {...props} /> : null;
}

function SomePictures(props: PartProps) {
  const parts = useShown();
  if (parts) return <parts.Mosaic {...props} />;
  const { width, ratio } = boxOf(props.line.files!.filter(isPicture));
  return <div class="mosaic" style={{ inlineSize: `${width}rem`, aspectRatio: String(ratio) }} />;
}

/** Documents and voice messages: below its words. */
export function Documents(props: PartProps) {
  const { line, pending } = props;
  if (pending?.form.files) return <Pending {...props} of="documents" />;
  const documents = line.files?.filter((it) => !isPicture(it)) ?? [];
  return documents.length > 0 ? <SomeDocuments {...props} /> : null;
}

function SomeDocuments(props: PartProps) {
  const parts = useShown();
  if (parts) return <parts.DocumentList {...props} />;
  return (
    <div class="documents">
      {props.line.files!.map((it) => (isPicture(it) ? null : <div key={it.id} class="document" />))}
    </div>
  );
}

function Pending({ of, ...props }: PartProps & { of: 'pictures' | 'documents' }) {
  const parts = useShown();
  if (!parts) return null;
  return of === 'pictures' ? <parts.PendingPictures {...props} /> : <parts.PendingDocuments {...props} />;
}
