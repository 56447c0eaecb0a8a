package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gocloud.dev/gcerrors"
)

// PutMuted keeps the WAV file that body holds as the muted copy of the
// recording with this SHA-256, in place of an earlier one. When it returns nil
// the copy is on disk, or in the bucket; nobody ever reads a part of it.
func (s *Store) PutMuted(ctx context.Context, sum string, body io.Reader) error {
	return s.muted.put(ctx, sum, "audio/wav", body, func(int64, string) error { return nil })
}

// HasMuted reports whether there is a muted copy of the recording with this
// SHA-256.
func (s *Store) HasMuted(ctx context.Context, sum string) (bool, error) { return s.muted.has(ctx, sum) }

// OpenMuted returns the muted copy of a recording, a WAV file; the caller
// closes it. An error that wraps models.ErrBadInput means that there is none.
func (s *Store) OpenMuted(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	return s.muted.open(ctx, sum, "there is no muted copy of recording %s: send it again to have one made")
}

// MutedPath returns the file a muted copy is kept in, if it is in a folder.
func (s *Store) MutedPath(sum string) (path string, ok bool) { return s.muted.path(sum) }

// Prune deletes recordings that have had a muted copy for as long as
// Config.Originals says, and returns how many. With 0 it deletes none.
func (s *Store) Prune(ctx context.Context, now time.Time) (int, error) {
	if s.cfg.Originals == 0 {
		return 0, nil
	}
	deleted := 0
	copies := s.muted.List(nil)
	for {
		copied, err := copies.Next(ctx)
		if errors.Is(err, io.EOF) {
			return deleted, s.recordings.syncFolder()
		}
		if err != nil {
			return deleted, fmt.Errorf("media store: list muted copies: %w", err)
		}
		if checkSum(copied.Key) != nil || now.Sub(copied.ModTime) < s.cfg.Originals {
			continue
		}
		recording, err := s.recordings.Attributes(ctx, copied.Key)
		// One that was sent again since may not have been worked on yet.
		if err == nil && now.Sub(recording.ModTime) >= s.cfg.Originals {
			if err = s.recordings.Delete(ctx, copied.Key); err == nil {
				deleted++
			}
		}
		if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return deleted, fmt.Errorf("media store: delete recording %s: %w", copied.Key, err)
		}
	}
}
