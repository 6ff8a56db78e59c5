// What Embedded Swift asks of its platform, on WebAssembly with nothing below it: memory, and no more.
#include <stddef.h>
#include <stdint.h>

extern unsigned char __heap_base;

#define PAGE 65536u
#define HEADER 64u
#define CLASSES 32

// Blocks are powers of two, at least twice the header, so that what is behind one has its alignment. A freed block
// waits for the next of its size. The header holds the size class.
static unsigned char *freed[CLASSES];
static uintptr_t top;

static unsigned char *fresh(size_t size) {
    if (top == 0) top = ((uintptr_t)&__heap_base + HEADER - 1) & ~(uintptr_t)(HEADER - 1);
    uintptr_t start = top, end = start + size;
    uintptr_t have = __builtin_wasm_memory_size(0) * PAGE;
    if (end < start) return NULL;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + PAGE - 1) / PAGE) == (size_t)-1) return NULL;
    top = end;
    return (unsigned char *)start;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment > HEADER || size > 0x40000000u) return 12;
    int class = 7;
    while (((size_t)1 << class) < size + HEADER) class++;
    unsigned char *block = freed[class];
    if (block) {
        freed[class] = *(unsigned char **)(block + HEADER);
    } else {
        block = fresh((size_t)1 << class);
        if (!block) return 12;
    }
    *(int *)block = class;
    *result = block + HEADER;
    return 0;
}

void free(void *pointer) {
    if (!pointer) return;
    unsigned char *block = (unsigned char *)pointer - HEADER;
    int class = *(int *)block;
    *(unsigned char **)pointer = freed[class];
    freed[class] = block;
}

void *memmove(void *to, const void *from, size_t count) {
    unsigned char *a = to;
    const unsigned char *b = from;
    if (a < b) {
        for (size_t i = 0; i < count; i++) a[i] = b[i];
    } else {
        for (size_t i = count; i > 0; i--) a[i - 1] = b[i - 1];
    }
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) { return memmove(to, from, count); }

void *memset(void *to, int value, size_t count) {
    for (size_t i = 0; i < count; i++) ((unsigned char *)to)[i] = (unsigned char)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t count) {
    const unsigned char *a = left, *b = right;
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i]) return a[i] - b[i];
    return 0;
}

uintptr_t __stack_chk_guard = 0x5bd1e995;
void __stack_chk_fail(void) { __builtin_trap(); }

// The 128-bit product of two 128-bit numbers, in halves: what a full-width multiplication compiles to.
typedef struct {
    uint64_t low, high;
} wide;

void __multi3(wide *product, uint64_t aLow, uint64_t aHigh, uint64_t bLow, uint64_t bHigh) {
    uint64_t a0 = (uint32_t)aLow, a1 = aLow >> 32, b0 = (uint32_t)bLow, b1 = bLow >> 32;
    uint64_t low = a0 * b0, left = a1 * b0, right = a0 * b1;
    uint64_t middle = (low >> 32) + (uint32_t)left + (uint32_t)right;
    product->low = (uint32_t)low | middle << 32;
    product->high = a1 * b1 + (left >> 32) + (right >> 32) + (middle >> 32) + aLow * bHigh + aHigh * bLow;
}
