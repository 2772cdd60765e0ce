# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Memory as a disk, for swap and for files that are not of tmpfs: for sourcing.

# zram_add SIZE: sets zram
zram_add()
{
	local id

	[ -e /sys/class/zram-control ] || modprobe zram num_devices=0 2>/dev/null || return
	id=$(cat /sys/class/zram-control/hot_add) || return
	zram=/dev/zram$id
	echo "$1" >"/sys/block/zram$id/disksize"
}

# zram_remove ZRAM: neither swap nor mounted any more
zram_remove()
{
	echo 1 >"/sys/block/${1#/dev/}/reset"
	echo "${1#/dev/zram}" >/sys/class/zram-control/hot_remove
}

# swap_add SIZE: sets swap
swap_add()
{
	zram_add "$1" && mkswap "$zram" >/dev/null 2>&1 && swapon "$zram" && swap=$zram
}

swap_remove()
{
	swapoff "$swap" && zram_remove "$swap"
}

# disk_add SIZE DIRECTORY: with ext4; sets disk
disk_add()
{
	zram_add "$1" && mkfs.ext4 -q "$zram" && mkdir -p "$2" && mount "$zram" "$2" && disk=$zram
}

disk_remove()
{
	umount "$disk" && zram_remove "$disk"
}
