// An independent check of a log that Chartward wrote: no line of it is shared with Chartward. It uses Go's own
// transparency log (golang.org/x/mod/sumdb/tlog and note, in Debian as golang-golang-x-mod-dev) and is built by
// `GO111MODULE=off GOPATH=/usr/share/gocode go build`. Used by tests only.
//
//	verify <folder> <log vkey> <witness vkey> <proofs.json>
//
// The folder is laid out as C2SP tlog-tiles says: checkpoint, tile/<level>/<index>, tile/entries/<index>. Exits 0 when
// everything holds; otherwise prints what does not, and exits 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileWidth = 256

type proofs struct {
	Inclusion []struct {
		Index int64    `json:"index"`
		Path  []string `json:"path"`
	} `json:"inclusion"`
	Consistency []struct {
		Size int64    `json:"size"`
		Root string   `json:"root"`
		Path []string `json:"path"`
	} `json:"consistency"`
}

func main() {
	if len(os.Args) != 5 {
		fail("usage: verify <folder> <log vkey> <witness vkey> <proofs.json>")
	}
	folder := os.Args[1]
	size, root := openCheckpoint(folder, os.Args[2], os.Args[3])
	hashes := readEntries(folder, size)
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = hashes[index]
		}
		return out, nil
	})
	recomputed, err := tlog.TreeHash(size, reader)
	check(err)
	if recomputed != root {
		fail("the entries do not have the root that was signed")
	}
	tiles := checkTiles(folder, size, reader)
	checkProofs(os.Args[4], size, root, hashes)
	fmt.Printf("ok: %d entries, %d tiles, root %s\n", size, tiles, root)
}

// openCheckpoint demands both signatures: the log's own, and the witness's cosignature/v1.
func openCheckpoint(folder, logKey, witnessKey string) (int64, tlog.Hash) {
	text := read(folder, "checkpoint")
	log, err := note.NewVerifier(logKey)
	check(err)
	witness, err := newCosignatureVerifier(witnessKey)
	check(err)
	opened, err := note.Open(text, note.VerifierList(log, witness))
	check(err)
	if len(opened.Sigs) != 2 {
		fail(fmt.Sprintf("%d of the 2 signatures verify", len(opened.Sigs)))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() || lines[3] != "" {
		fail("not a checkpoint of " + log.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return size, parseHash(lines[2])
}

// readEntries makes the stored hashes of the tree (as tlog lays them out) from the entries' bytes alone.
func readEntries(folder string, size int64) []tlog.Hash {
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = hashes[index]
		}
		return out, nil
	})
	for first := int64(0); first < size; first += tileWidth {
		bundle := read(folder, tilePath("entries", first/tileWidth, width(size-first)))
		for i := int64(0); i < int64(width(size-first)); i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail(fmt.Sprintf("the bundle of entry %d is too short", first+i))
			}
			length := int(binary.BigEndian.Uint16(bundle))
			more, err := tlog.StoredHashes(first+i, bundle[2:2+length], reader)
			check(err)
			hashes = append(hashes, more...)
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			fail(fmt.Sprintf("the bundle at entry %d is too long", first))
		}
	}
	return hashes
}

// checkTiles holds every tile that a tree of this size has against the entries.
func checkTiles(folder string, size int64, reader tlog.HashReader) int {
	count := 0
	for level, here := 0, size; here > 0; level, here = level+1, here/tileWidth {
		for first := int64(0); first < here; first += tileWidth {
			tile := tlog.Tile{H: 8, L: level, N: first / tileWidth, W: width(here - first)}
			want, err := tlog.ReadTileData(tile, reader)
			check(err)
			path := tilePath(strconv.Itoa(level), tile.N, tile.W)
			if !bytes.Equal(want, read(folder, path)) {
				fail(path + " is not the tile of these entries")
			}
			count++
		}
	}
	return count
}

func checkProofs(path string, size int64, root tlog.Hash, hashes []tlog.Hash) {
	var made proofs
	check(json.Unmarshal(read("", path), &made))
	if len(made.Inclusion) == 0 || len(made.Consistency) == 0 {
		fail("no proofs to check")
	}
	for _, one := range made.Inclusion {
		leaf := hashes[tlog.StoredHashIndex(0, one.Index)]
		if err := tlog.CheckRecord(parsePath(one.Path), size, root, one.Index, leaf); err != nil {
			fail(fmt.Sprintf("inclusion of entry %d: %v", one.Index, err))
		}
	}
	for _, one := range made.Consistency {
		if err := tlog.CheckTree(parsePath(one.Path), size, root, one.Size, parseHash(one.Root)); err != nil {
			fail(fmt.Sprintf("consistency with %d entries: %v", one.Size, err))
		}
	}
}

// cosignatureVerifier is C2SP cosignature/v1 with Ed25519 (type 0x04), which x/mod/sumdb/note does not know.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("malformed witness key")
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("not a key of type 0x04")
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if binary.BigEndian.Uint32(id[:4]) != uint32(hash) {
		return nil, fmt.Errorf("the id of the witness key is wrong")
	}
	return &cosignatureVerifier{parts[0], uint32(hash), key[1:]}, nil
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }
func (v *cosignatureVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(v.key, []byte(signed), sig[8:])
}

func width(rest int64) int {
	if rest < tileWidth {
		return int(rest)
	}
	return tileWidth
}

func tilePath(level string, index int64, w int) string {
	path := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/%s", rest%1000, path)
	}
	path = "tile/" + level + "/" + path
	if w < tileWidth {
		path += fmt.Sprintf(".p/%d", w)
	}
	return path
}

func parsePath(lines []string) []tlog.Hash {
	path := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		path[i] = parseHash(line)
	}
	return path
}

func parseHash(text string) tlog.Hash {
	hash, err := tlog.ParseHash(text)
	check(err)
	return hash
}

func read(folder, path string) []byte {
	content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
	check(err)
	return content
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(message string) {
	fmt.Println("FAIL", message)
	os.Exit(1)
}
