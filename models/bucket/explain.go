package bucket

import (
	"errors"
	"fmt"
	"io/fs"
	"os/user"
	"strings"
	"syscall"

	"gocloud.dev/gcerrors"
)

// Explain returns the error with what to do about it, where that is known.
func (b *Bucket) Explain(err error) error {
	if err == nil {
		return nil
	}
	if do := b.remedy(err); do != "" {
		return fmt.Errorf("%w: %s", err, do)
	}
	return err
}

func (b *Bucket) remedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission) && b.Folder != "":
		return fmt.Sprintf("%s may not write there: change the folder's owner or mode, or give another folder", whoami())
	case errors.Is(err, syscall.EROFS):
		return "the file system is mounted read-only: give another folder, or mount it for writing"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full: free some space, or give a folder elsewhere"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist), b.Folder != "" && strings.HasSuffix(err.Error(), "is not a directory"):
		return "something on the way there is a file: give the path of a folder"
	}
	if b.Folder != "" {
		return ""
	}
	// What servers that speak the S3 protocol call it.
	var coded interface{ ErrorCode() string }
	code := ""
	if errors.As(err, &coded) {
		code = coded.ErrorCode()
	}
	switch {
	case code == "NoSuchBucket":
		return "there is no such bucket: check its name, region and endpoint, or make it first; Earshot makes none"
	case code == "AccessDenied" || code == "AllAccessDisabled" || code == "Forbidden" || gcerrors.Code(err) == gcerrors.PermissionDenied:
		return "the credentials are valid but do not allow this: allow them to list, read, write and delete objects of this bucket"
	case code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch" || code == "ExpiredToken" || code == "InvalidToken" || code == "TokenRefreshRequired":
		return "the credentials are not accepted: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile in AWS_PROFILE, and the machine's clock"
	case strings.Contains(code, "StorageFull") || strings.Contains(code, "QuotaExceeded") || code == "InsufficientStorage" || gcerrors.Code(err) == gcerrors.ResourceExhausted:
		return "the bucket is full or over its quota: delete old objects or raise the quota"
	case strings.Contains(err.Error(), "credentials"):
		return "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "no such host"):
		return "the server of the bucket cannot be reached: check endpoint and region in the URL, and the network"
	}
	return ""
}

func whoami() string {
	if u, err := user.Current(); err == nil {
		return "the user " + u.Username
	}
	return "this user"
}
