import { useEffect, useRef } from 'preact/hooks';

interface PictureProps {
  stream: MediaStream;
  /** One’s own, as in a mirror. */
  mirrored?: boolean;
  /** A screen is shown whole, a person fills the tile. */
  whole?: boolean;
  label?: string;
}

/** A moving picture. Its sound is played elsewhere, so that it goes on while nothing is drawn. */
export function Picture({ stream, mirrored, whole, label }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // Refused where the page is not seen: it plays by itself later.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- a picture without sound
    <video
      ref={video}
      class={`call-picture${mirrored ? ' call-mirrored' : ''}${whole ? ' call-whole' : ''}`}
      autoplay
      playsInline
      muted
      aria-label={label}
      aria-hidden={label ? undefined : true}
    />
  );
}
